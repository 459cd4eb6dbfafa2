import { file, inputNode, mapNode, node, scanOver, zero } from './writer.js';

/** Files in which a name is odd. */
export const odd: Readonly<Record<string, (text: string) => string>> = {
  'an output with an odd name': (text) =>
    file({ nodes: [inputNode([2]), mapNode('tanh', [0])], inputs: [0], outputs: [[text, [1, 0]]] }),
  'two outputs of one name': (text) =>
    file({ nodes: [inputNode([2]), mapNode('tanh', [0])], inputs: [0], outputs: [[text, [1, 0]], [text, [0, 0]]] }), // prettier-ignore
  'an input with an odd name': (text) =>
    file({ nodes: [inputNode([2], text), mapNode('tanh', [0])], inputs: [0] }),
  'a state with an odd path': (text) =>
    file({
      nodes: [
        node('state', [], { path: text, initial: { dtype: 'f64', shape: [1], data: zero } }),
        mapNode('tanh', [0]),
      ],
    }),
  'a loop of odd names': (text) => scanOver('"length":3', [text, text]),
  'a loop with an odd result': (text) => scanOver('"length":2', [text, 'x']),
};
