// What the kernel sends; the order is that of the traits of HybridDiff in widget.py, its content that of packing.py.
export type Change = [kind: string, ids: number[], target: number | null, text: string];
export type News = [id: number, kind: string, now: number | null, text: string];

export type Stage = {
  name: string;
  label: string;
  what: string;
  count: string;
  changes: Change[];
  fates: News[]; // those that differ from the stage before
  drawings: number[]; // by part
};

export type NodeInfo = [short: string, op: string, part: number, shape: string, line: number];
export type Look = [label: string, sign: string, color: string, ink: string];

export type Table = {
  title: string;
  mode: string;
  summary: string;
  parts: string[];
  stages: Stage[];
  nodes: NodeInfo[];
  sources: string[];
  calls: [number, number];
  memory: { eager: number; compiled: number; texts: [string, string]; reused: string };
  difference: { largest: string; good: boolean; lines: string[]; note: string };
  marks: Record<string, Look>;
  looks: Record<string, Look>;
  gone: string[];
  groups: string[];
  notes: string[];
};

export type Item = [
  x: number, y: number, width: number, height: number, kind: string, title: string, subtitle: string, aria: string,
  group: number, ids: number[],
];
export type Block = [group: number, title: string, titleX: number, x: number, y: number, width: number, height: number];

export type Scene = {
  width: number;
  height: number;
  items: Item[];
  frames: Block[];
  wires: [source: number, targets: number[], path: string, arrow: boolean][];
  labels: [x: number, y: number, text: string][];
};

export type Times = {
  eager: [number, number, number];
  compiled: [number, number, number];
  speedup: number;
  rounds: number;
  where: string;
};

export type Model = {
  record: Table;
  scenes: Record<string, Scene>;
  folded: number[];
  stage: number;
  part: string;
  selected: number;
  times: Times;
  wish: number;
  notice: string;
};
