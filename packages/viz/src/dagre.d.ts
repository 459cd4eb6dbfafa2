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
  }

  interface NodeLabel {
    readonly width: number;
    readonly height: number;
  }

  /** A node of a graph that was laid out, by its middle. */
  interface PlacedNode extends NodeLabel {
    readonly x: number;
    readonly y: number;
  }

  interface EdgeLabel {
    readonly width?: number;
    readonly height?: number;
    readonly labelpos?: 'c';
  }

  /** An edge of a graph that was laid out. */
  interface PlacedEdge {
    readonly points: readonly { readonly x: number; readonly y: number }[];
    /** The middle of the label, where it has a size. */
    readonly x?: number;
    readonly y?: number;
  }

  class Graph {
    constructor(options: { readonly multigraph: boolean });
    setGraph(label: GraphLabel): this;
    setNode(id: string, label: NodeLabel): this;
    setEdge(from: string, to: string, label: EdgeLabel, name: string): this;
    // What these give is there once the graph was laid out, which is when they are asked.
    graph(): { readonly width: number; readonly height: number };
    node(id: string): PlacedNode;
    edge(key: { readonly v: string; readonly w: string; readonly name: string }): PlacedEdge;
  }

  /** Writes positions into the graph's labels. */
  function layout(graph: Graph): void;
}
