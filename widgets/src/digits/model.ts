// What the kernel sends; the order is that of the traits of DigitPad in digits/widget.py.
export type LayerInfo = {
  name: string;
  kind: string;
  activation: string;
  shape: string;
  cells: boolean; // a row of numbers, no maps
  count: number; // maps or cells that are shown
  total: number;
  height: number;
  width: number;
  reads: number; // number of a layer, or IMAGE, or UNKNOWN
};
export const IMAGE = -1;
export const UNKNOWN = -2;

export type About = {
  title: string;
  size: number; // of the network's input in pixels
  inner: number; // of the box that ink is scaled into
  patch: number; // that covers the input for the occlusion map
  resolution: number; // of the drawing
  classes: string[];
  output: string;
  samples: number;
  layers: LayerInfo[];
};

export type Point = [layer: number, map: number, row: number, column: number];

export type WindowInfo = {
  kind: "convolution" | "pooling" | "dense" | "each" | "none";
  activation: string;
  rule: string;
  count: number;
  box: [top: number, left: number, height: number, width: number];
  reads: number;
  channels: number[];
  point: Point;
  height?: number;
  width?: number;
  detailed?: number[];
  biggest?: number;
  inside?: number[];
  inputs?: number;
  terms?: string[];
};

export type HeatInfo = { kind?: string; class?: number; text?: string; bound?: number };

export type Model = {
  notice: string;
  about: About;
  ink: DataView;
  asked: number;
  answered: number;
  center: boolean;
  sample: number;
  misread: number;
  truth: number;
  frame: number[];
  chances: DataView;
  picture: DataView;
  maps: DataView;
  scales: [low: number, high: number][];
  overlay: "" | "gradient" | "occlusion";
  target: number;
  heat: DataView;
  heat_about: HeatInfo;
  point: number[];
  window: Partial<WindowInfo>;
  numbers: DataView;
};

/** Return the bytes of a binary trait. */
export function bytes(view: DataView | undefined): Uint8Array {
  return view ? new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength) : new Uint8Array(0);
}
