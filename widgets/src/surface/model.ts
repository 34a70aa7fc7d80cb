// What the kernel sends and the browser writes; the order is that of the traits of LossSurface in widget.py.
export type Point = [a: number, b: number];
export type Kind = "line" | "scatter" | "examples";

export type Info = {
  a: string; // names of the two parameters
  b: string;
  x: string; // labels of the data
  y: string;
  kind: Kind;
  rows: number;
  model: string;
  loss: string;
  probability: boolean;
};

export type Edits = { count?: number; last?: boolean; rows?: Record<string, [x: number, y: number]> };

export type Model = {
  info: Info;
  how: string;
  rows: DataView; // x, y, c, u, v of each drawn point
  curve: DataView; // places, then their c, u, v where the surface is exact
  sums: number[];
  grid: DataView;
  grid_window: number[];
  y_range: number[];
  edition: number;
  window: number[];
  home: number[];
  at: number[];
  fit: DataView; // predictions, shares of the loss, curve
  ghost: DataView; // a, b, predictions, curve
  reading: DataView; // a, b, loss, two derivatives, two curvatures, step
  walked: DataView; // step, a, b, loss of each place
  verdict: string;
  ended: boolean;
  done: number;
  lr: number;
  batch_size: number;
  optimizer: string;
  log: boolean;
  slopes: boolean;
  asked: number;
  resets: number;
  probe: number[];
  edits: Edits;
  notice: string;
};
