// A model and a small graph, as the kernel would send them.
import type { RenderProps } from "@anywidget/types";
import type { GraphTable, ItemInfo, Layout, Model } from "../../src/graphs/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';

function item(title: string, kind: string, more: Partial<ItemInfo> = {}): ItemInfo {
  return { kind, title, subtitle: "name", aria: `${kind}: ${title}`, width: 100, height: 40, rows: [["name", title]], value: "", ...more };
}

export const table: GraphTable = {
  title: "net",
  summary: "net: 3 nodes, 1 Block",
  items: {
    n0: item("data", "variable", { rows: [["name", "data"], ["shape", "(2, 3)"]], value: "[[1. 2. 3.]]\n<NDArray 1x3 @cpu(0)>" }),
    n1: item(EVIL, "operator", { rows: [["name", EVIL], [EVIL, EVIL]], subtitle: EVIL, aria: EVIL, value: EVIL }),
    n2: item("relu", "operator"),
    g0: item("dense0", "block", { rows: [["Block", "dense0"]] }),
  },
  groups: [{ parent: -1, path: "dense0" }],
  kinds: {
    variable: { label: "variable", sign: "x", color: "#56B4E9", ink: "#000", mark: "M0 0H26V18H0Z" },
    operator: { label: "operator", sign: "f", color: "#0072B2", ink: "#fff", mark: "M0 0H26V18H0Z" },
    block: { label: "folded Block", sign: "+", color: "#888", ink: "#000", mark: "M0 0H26V18H0Z" },
  },
  outlines: { "variable 100": ["M0 0Z", "M0 0Z", ""], "operator 100": ["M0 0Z", "M0 0Z", ""], "block 100": ["M0 0Z", "M0 0Z", "M1 1Z"] },
};

export const open: Layout = {
  width: 300,
  height: 300,
  items: [["n0", 50, 10], ["n1", 50, 110], ["n2", 50, 210]],
  frames: [[0, EVIL, 30, 20, 80, 200, 190, false]],
  wires: [["n0", ["n1"], "M100 50V110", true, "data"], ["n1", ["n2"], "M100 150V210", true, "data"]],
  labels: [[105, 165, "2×3", "n1"]],
};

export const closed: Layout = {
  width: 300,
  height: 200,
  items: [["n0", 50, 10], ["g0", 50, 110]],
  frames: [],
  wires: [["n0", ["g0"], "M100 50V110", true, "data"]],
  labels: [],
};

/** A model that remembers what was sent and saved. */
export class FakeModel {
  readonly state: Model;
  readonly sent: unknown[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(layouts: Record<string, Layout> = { "": open, "0": closed }) {
    this.state = { graph: table, layouts, folded: [], selected: "" };
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
