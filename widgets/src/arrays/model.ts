// What the kernel sends; the order is that of the traits of TensorLens in widget.py.
export type View = { rows: number; columns: number; over: number[]; fixed: number[]; first: number };

export type Info = {
  name: string;
  headline: string;
  description: string;
  shape: number[];
  axes: string[];
  exact: boolean; // whether float32 holds the numbers as they are
  whole: boolean;
  rows: [label: string, text: string][];
  counts: { nan: number; inf: number; outliers: number };
  far: [below: number, above: number];
  edges: number[];
  bins: number[];
  limits: Record<Limits, [low: number, high: number]>;
  diverging: boolean;
  rule: string;
  sampling: string;
};

export type Limits = "robust" | "percentile" | "all";
export type Kind = "nan" | "inf" | "outliers";

export type Tiles = {
  shape: [tiles: number, rows: number, columns: number]; // of the cells
  size: [rows: number, columns: number]; // of the array in a tile
  block: [rows: number, columns: number]; // of the array in a cell
  grid: [down: number, across: number];
  total: number[];
  places: number[][]; // the index of each tile along the axes of view.over
  caption: string;
  layout: View;
};

export type Model = {
  notice: string;
  names: string[];
  which: number;
  info: Info;
  view: View;
  limits: Limits;
  logarithmic: boolean;
  tiles: Tiles;
  values: DataView;
  marks: DataView;
  cell: number[];
  reading: { cell?: number[]; index?: string; text?: string };
  wanted: Kind | "";
  places: { kind?: Kind; indices?: number[][] };
};
