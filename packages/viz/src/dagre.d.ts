// What is used of dagre. Its own declarations import each other without file extensions, which nodenext
// does not resolve: everything in them would be `any`.
declare module '@dagrejs/dagre' {
  interface GraphLabel {
    readonly rankdir: 'TB';
    readonly nodesep: number;
    readonly edgesep: number;
    readonly ranksep: number;
    readonly marginx: number;
    readonly marginy: number;
    /** Set by `layout`. */
    readonly width?: number;
    readonly height?: number;
  }

  interface NodeLabel {
    readonly width: number;
    readonly height: number;
    /** The middle, set by `layout`. */
    readonly x?: number;
    readonly y?: number;
  }

  interface EdgeLabel {
    readonly width?: number;
    readonly height?: number;
    readonly labelpos?: 'c';
    /** Set by `layout`. */
    readonly points?: readonly { readonly x: number; readonly y: number }[];
    /** The middle of the label, set by `layout` where it has a size. */
    readonly x?: number;
    readonly y?: number;
  }

  class Graph {
    constructor(options: { readonly multigraph: boolean });
    setGraph(label: GraphLabel): this;
    setNode(id: string, label: NodeLabel): this;
    setEdge(from: string, to: string, label: EdgeLabel, name: string): this;
    graph(): GraphLabel;
    node(id: string): NodeLabel;
    edge(key: { readonly v: string; readonly w: string; readonly name: string }): EdgeLabel;
  }

  /** Writes positions into the graph's labels. */
  function layout(graph: Graph): void;
}
