// A model and a small graph, as the kernel would send them.
import type { RenderProps } from "@anywidget/types";
import type { Details, GraphTable, ItemInfo, Layout, Model, Outline } from "../../src/graphs/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';

function item(title: string, kind: string, subtitle = "name", aria = `${kind}: ${title}`): ItemInfo {
  return [kind, title, subtitle, aria, 100];
}

export const table: GraphTable = {
  title: "net",
  summary: "net: 3 nodes, 1 Block",
  nodes: 3,
  height: 40,
  parents: [-1],
  names: "dense0",
  kinds: {
    variable: { label: "variable", sign: "x", color: "#56B4E9", ink: "#000", mark: "M0 0H26V18H0Z" },
    operator: { label: "operator", sign: "f", color: "#0072B2", ink: "#fff", mark: "M0 0H26V18H0Z" },
    block: { label: "folded Block", sign: "+", color: "#888", ink: "#000", mark: "M0 0H26V18H0Z" },
  },
};

export const items: Record<string, ItemInfo> = {
  n0: item("data", "variable"),
  n1: item(EVIL, "operator", EVIL, EVIL),
  n2: item("relu", "operator"),
  g0: item("dense0", "block"),
};

export const outlines: Record<string, Outline> = {
  "variable 100": ["M0 0Z", "M0 0Z", ""],
  "operator 100": ["M0 0Z", "M0 0Z", ""],
  "block 100": ["M0 0Z", "M0 0Z", "M1 1Z"],
};

export const details: Record<string, Details> = {
  n0: { rows: [["name", "data"], ["shape", "(2, 3)"]], value: "[[1. 2. 3.]]\n<NDArray 1x3 @cpu(0)>", source: null },
  n1: { rows: [["name", EVIL], [EVIL, EVIL]], value: EVIL, source: { place: "In[3]", prompt: 3, line: 2, text: EVIL } },
  n2: { rows: [["name", "relu"], ["shape", "(2, 3)"]], value: "", source: { place: EVIL, prompt: 0, line: 7, text: "y = x.relu()" } },
  g0: { rows: [["Block", "dense0"]], value: "", source: null },
};

export const open: Layout = {
  width: 300,
  height: 300,
  items: [["n0", 50, 10], ["n1", 50, 110], ["n2", 50, 210]],
  frames: [[0, EVIL, 30, 20, 80, 200, 190, false]],
  wires: [["n0", "n1", "M100 50V110", 1], ["n1", "n2", "M100 150V210", 1]],
  labels: [[105, 165, "2×3"]],
};

export const closed: Layout = {
  width: 300,
  height: 200,
  items: [["n0", 50, 10], ["g0", 50, 110]],
  frames: [],
  wires: [["n0", "g0", "M100 50V110", 1]],
  labels: [],
};

/** Return a layout of so many items, enough for a canvas, in rows of ten; a Block is open around the first. */
export function wide(count: number): Layout {
  return {
    width: 1200,
    height: 60 * Math.ceil(count / 10),
    items: Array.from({ length: count }, (_, k) => [`n${k}`, 10 + 110 * (k % 10), 30 + 60 * Math.floor(k / 10)]),
    frames: [[0, "dense0", 8, 4, 5, 108, 70, false]],
    wires: [["n0", "n10", "M60 70V90", 1]],
    labels: [],
  };
}

/** A model that remembers what was sent and saved. */
export class FakeModel {
  readonly state: Model;
  readonly sent: unknown[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(layouts: Record<string, Layout> = { "": open, "0": closed }) {
    this.state = {
      notice: "", graph: table, items: { ...items }, outlines, details: { ...details }, layouts, folded: [], selected: "",
      wanted: "", query: "", hits: [],
    };
  }

  get<K extends keyof Model>(key: K): Model[K] {
    return this.state[key];
  }

  set<K extends keyof Model>(key: K, value: Model[K]): void {
    const changed = this.state[key] !== value;
    this.state[key] = value;
    if (changed) for (const act of this.listeners.get(`change:${key}`) ?? []) act(); // as the real model does
  }

  save_changes(): void {
    this.saves += 1;
  }

  send(message: unknown): void {
    this.sent.push(message);
  }

  on(name: string, act: () => void): void {
    this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(act));
  }

  off(name: string, act: () => void): void {
    this.listeners.get(name)?.delete(act);
  }

  /** Change a trait as the kernel does. */
  receive<K extends keyof Model>(key: K, value: Model[K]): void {
    this.state[key] = value;
    for (const act of this.listeners.get(`change:${key}`) ?? []) act();
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

export function props(model: FakeModel, el: HTMLElement): RenderProps<Model> {
  return { model, el } as unknown as RenderProps<Model>;
}
