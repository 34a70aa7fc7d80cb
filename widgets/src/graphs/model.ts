// What the kernel sends, and the book in which the browser keeps it; the order is that of the traits of TapeGraph.
import type { AnyModel } from "@anywidget/types";

export type KindInfo = { label: string; sign: string; color: string; ink: string; mark: string };
export type GraphTable = {
  title: string;
  summary: string;
  nodes: number;
  height: number; // of every item, pixels
  parents: number[]; // of each group, -1 at the top
  names: string; // of the groups, a line each
  kinds: Record<string, KindInfo>;
};

export type ItemInfo = [kind: string, title: string, subtitle: string, aria: string, width: number];
export type Outline = [outline: string, band: string, second: string];
export type Row = [label: string, text: string];
export type Line = { place: string; prompt: number; line: number; text: string }; // prompt 0: not a cell of a notebook
export type Details = { rows: Row[]; value: string; source: Line | null };

export type Placed = [key: string, x: number, y: number];
export type FrameBox = [
  group: number, title: string, titleX: number, x: number, y: number, width: number, height: number, gradient: boolean,
];
export type WireStyle = "data" | "gradient" | "kept";
export type Wire = [source: string, targets: string, path: string, look: number]; // targets: keys between blanks
export type Label = [x: number, y: number, text: string];

export type Layout = {
  width: number;
  height: number;
  items: Placed[];
  frames: FrameBox[];
  wires: Wire[];
  labels: Label[];
};

export type Hits = [] | [query: string, found: [key: string, groups: number[]][]];

export type Model = {
  notice: string;
  graph: GraphTable;
  items: Record<string, ItemInfo>;
  outlines: Record<string, Outline>;
  details: Record<string, Details>;
  layouts: Record<string, Layout>;
  folded: number[];
  selected: string;
  wanted: string;
  query: string;
  hits: Hits;
};

const STYLES: readonly WireStyle[] = ["data", "gradient", "kept"];

/** Return how a line looks. */
export function styleOf(wire: Wire): { style: WireStyle; arrow: boolean } {
  return { style: STYLES[wire[3] >> 1] ?? "data", arrow: wire[3] % 2 === 1 };
}

/** Tell whether a line touches an item. */
export function touches(wire: Wire, key: string): boolean {
  return key !== "" && (wire[0] === key || wire[1].split(" ").includes(key));
}

const SOME = ["items", "outlines", "details", "layouts"] as const;

/** Everything that came from the kernel: a message brings a part, the book keeps all of them. */
export class Book {
  readonly table: GraphTable;
  private readonly items = new Map<string, ItemInfo>();
  private readonly outlines = new Map<string, Outline>();
  private readonly details = new Map<string, Details>();
  private readonly layouts = new Map<string, Layout>();
  private readonly paths: string[] = [];

  constructor(private readonly model: Pick<AnyModel<Model>, "get">) {
    this.table = model.get("graph");
    const names = this.table.names.split("\n");
    for (const [group, parent] of this.table.parents.entries()) {
      this.paths.push(parent >= 0 ? `${this.paths[parent]}/${names[group]}` : (names[group] ?? ""));
    }
    this.read();
  }

  /** Take over what the model holds now. */
  read(): void {
    for (const name of SOME) {
      const target = this[name] as Map<string, unknown>;
      for (const [key, value] of Object.entries(this.model.get(name))) target.set(key, value);
    }
  }

  item(key: string): ItemInfo {
    return this.items.get(key) ?? ["", key, "", key, 0];
  }

  outline(key: string): Outline {
    const [kind, , , , width] = this.item(key);
    return this.outlines.get(`${kind} ${width}`) ?? ["", "", ""];
  }

  detail(key: string): Details | undefined {
    return this.details.get(key);
  }

  layout(state: string): Layout | undefined {
    return this.layouts.get(state);
  }

  /** Return the names of the Blocks around a Block and its own, as they are on the screen. */
  path(group: number): string {
    return this.paths[group] ?? "";
  }
}
