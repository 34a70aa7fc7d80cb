// What the kernel sends; the order is that of the traits of GraphWidget in graph.py.
export type Row = [label: string, text: string];

export type ItemInfo = {
  kind: string;
  title: string;
  subtitle: string;
  aria: string;
  width: number;
  height: number;
  rows: Row[];
  value: string;
};

export type KindInfo = { label: string; sign: string; color: string; ink: string; mark: string };
export type GroupInfo = { parent: number; path: string };

export type GraphTable = {
  title: string;
  summary: string;
  items: Record<string, ItemInfo>;
  groups: GroupInfo[];
  kinds: Record<string, KindInfo>;
  outlines: Record<string, [outline: string, band: string, second: string]>; // by kind and width
};

export type Placed = [key: string, x: number, y: number];
export type Frame = [
  group: number, title: string, titleX: number, x: number, y: number, width: number, height: number, gradient: boolean,
];
export type WireStyle = "data" | "gradient" | "kept";
export type Wire = [source: string, targets: string[], path: string, arrow: boolean, style: WireStyle];
export type Label = [x: number, y: number, text: string, source: string];

export type Layout = {
  width: number;
  height: number;
  items: Placed[];
  frames: Frame[];
  wires: Wire[];
  labels: Label[];
};

export type Model = {
  graph: GraphTable;
  layouts: Record<string, Layout>;
  folded: number[];
  selected: string;
};
