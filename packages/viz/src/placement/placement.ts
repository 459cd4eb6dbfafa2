export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A box that was placed, by its middle. */
export interface PlacedBox extends Point, Size {}

/** An edge that leads down, between boxes by their indices. */
export interface DownwardEdge {
  readonly upper: number;
  readonly lower: number;
  /** The size of its label, where it has one. */
  readonly size: Partial<Size>;
}

/** Where boxes and edges come to lie. */
export interface Placement extends Size {
  readonly boxes: readonly PlacedBox[];
  /** Of each edge the points between its two boxes, and the middle of its label. */
  readonly ways: readonly { readonly bends: readonly Point[]; readonly label: Point | undefined }[];
}

export const MARGIN = 4;

/** Between boxes side by side, and between layers. */
export const NODE_GAP = 22;
export const LAYER_GAP = 44;
