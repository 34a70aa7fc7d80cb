// What the kernel sends; the order is that of the traits of BackpropStepper in widget.py.
export type ArrayRow = [shape: number[], rows: number, columns: number, numbers: number, tile?: number];
export type CheckRow = [place: string, gradient: string, numeric: string, agrees: number];
export type Check = [verdict: "agrees" | "differs" | "kink" | "none", text: string, rows: CheckRow[]];

/** What one node sends to one of its inputs; arrays by their number, -1 for none. */
export type Part = {
  to: string;
  arg: string;
  item: number;
  formula: string;
  slope: string;
  structure: string;
  size: [outputs: number, inputs: number];
  dense: number;
  each: number;
  before: number;
  axes: string;
  value: number;
  old: number;
  sum: number;
  check: Check | null;
};

export type Question = {
  kind: "value" | "shape" | "sign";
  part: number;
  index?: number;
  prompt: string;
  options?: string[];
  answer: number | string;
};

export type Step = {
  n: number;
  kind: "start" | "node" | "end";
  item: number;
  name: string;
  op: string;
  block: string;
  forward: string;
  note: string;
  up: number[];
  parts: Part[];
  from: number[];
  sources: number;
  req: "" | "write" | "add";
  held: number;
  sum: number;
  check: Check | null;
  ask?: Question;
};

export type MapItem = [kind: string, title: string, label: string, x: number, y: number, width: number];
export type MapWire = [source: number, reader: number, path: string];
export type AtlasTable = {
  width: number;
  height: number;
  items: MapItem[];
  wires: MapWire[];
  colors: Record<string, [color: string, ink: string, sign: string]>;
};

type Sent<T> = Partial<T>; // what is empty is not sent

export type Table = {
  title: string;
  summary: string;
  total: number;
  steps: (Sent<Omit<Step, "parts">> & { parts?: (Sent<Omit<Part, "structure">> & { structure?: number })[] })[];
  structures: string[];
  arrays: ArrayRow[];
  map: AtlasTable;
};

const PART: Part = { to: "", arg: "", item: 0, formula: "", slope: "", structure: "", size: [0, 0], dense: -1, each: -1, before: -1, axes: "", value: -1, old: -1, sum: -1, check: null };
const STEP: Step = { n: 0, kind: "node", item: 0, name: "", op: "", block: "", forward: "", note: "", up: [], parts: [], from: [], sources: 0, req: "", held: -1, sum: -1, check: null };

/** Return the steps of a table with everything that was left out because it is empty. */
export function stepsOf(table: Table): Step[] {
  return table.steps.map((step) => ({
    ...STEP,
    ...step,
    parts: (step.parts ?? []).map((part) => ({ ...PART, ...part, structure: table.structures[part.structure ?? -1] ?? "" })),
  }));
}

export type Model = {
  table: Table;
  numbers: DataView;
  tiles: DataView;
  position: number;
  predict: boolean;
  answers: Record<string, string>;
  notice: string;
};
