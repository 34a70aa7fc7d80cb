// A diff of two equal branches as the kernel would send it: stop (dropped), a and b (merged), add and relu (one chain).
import type { RenderProps } from "@anywidget/types";
import type { Item, Model, Scene, Stage, Table } from "../../src/hybrid/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';

// 0 data, 1 stop, 2 a, 3 b, 4 add, 5 relu; 6 a gradient
const stage = (name: string, more: Partial<Stage> = {}): Stage => ({
  name, label: name.replace("_", " "), what: `What ${name} does.`, count: "5", changes: [], fates: [], drawings: [0, 3], ...more,
});

export const table: Table = {
  title: EVIL,
  mode: "training",
  summary: `${EVIL}: 5 operator calls become 3`,
  parts: ["forward", "backward"],
  stages: [
    stage("as_written"),
    stage("drop_identities", { count: "5 → 4", drawings: [1, 3], changes: [["dropped", [1], null, "stop is left out"]],
      fates: [[1, "dropped", 0, "stop is left out"]] }),
    stage("merge_common", { count: "4 → 3", drawings: [2, 3], changes: [["merged", [3], 2, "b is a"]], fates: [[3, "merged", 2, "b is a"]] }),
    stage("fuse_chains", { count: "3", drawings: [2, 3], changes: [["fused", [4, 5], null, "add → relu"]],
      fates: [[4, "fused", 4, "add → relu"], [5, "fused", 5, "add → relu"]] }),
  ],
  nodes: [["data", "null", 0, "2", 0], ["stop", "BlockGrad", 0, "2", 0], ["a", "exp", 0, "2", 2], ["b", "exp", 0, "2", 0],
    [EVIL, "elemwise_add", 0, "2", 3], ["relu", "relu", 0, "2", 4], ["d_a", "exp", 1, "2", 2]],
  sources: ["def forward(data):\n    a = exp(data)  # (2,)\n    add = add(a, a, n=2)\n    relu = maximum(add, 0.0, out=add)\n    return (relu,)\n",
    "def backward(a_kept):\n    d_a = exp(a_kept)\n    return (d_a,)\n"],
  calls: [5, 3],
  memory: { eager: 24, compiled: 16, texts: ["24 B", "16 B"], reused: "1 buffer reused" },
  difference: { largest: "none", good: true, lines: ["outputs 0"], note: "drop draws random numbers." },
  marks: {
    dropped: ["dropped", "×", "#6B7280", "#fff"],
    merged: ["merged", "=", "#CC79A7", "#000"],
    fused: ["chain in one buffer", "F", "#009E73", "#000"],
  },
  looks: { operator: ["operator", "f", "#0072B2", "#fff"], variable: ["variable", "x", "#56B4E9", "#000"], block: ["Block", "+", "#888", "#000"] },
  gone: ["dropped", "merged"],
  groups: ["branch"],
  notes: ["A call is a call."],
};

const item = (id: number, y: number, kind = "operator"): Item =>
  [20, y, 100, 40, kind, table.nodes[id]![1], table.nodes[id]![0], `${kind}: ${table.nodes[id]![0]}`, -1, [id]];
const wire = (a: number, b: number): [number, number[], string, boolean] => [a, [b], `M10 ${40 * a}V${40 * b}`, true];
const scene = (items: Item[], frames: Scene["frames"] = []): Scene =>
  ({ width: 300, height: 400, items, frames, wires: items.slice(1).map((_, k) => wire(k, k + 1)), labels: [[5, 5, "2"]] });

export const written = scene([item(0, 0, "variable"), item(1, 60), item(2, 120), item(3, 180), item(4, 240), item(5, 300)],
  [[0, EVIL, 14, 10, 50, 200, 200]]);
export const folded = scene([item(0, 0, "variable"), [20, 60, 100, 40, "block", "branch", "3 nodes folded", "folded Block: branch", 0, [1, 2, 3]],
  item(4, 240), item(5, 300)]);
const scenes = {
  "0|": written,
  "0|0": folded,
  "1|": scene([item(0, 0, "variable"), item(2, 120), item(3, 180), item(4, 240), item(5, 300)]),
  "2|": scene([item(0, 0, "variable"), item(2, 120), item(4, 240), item(5, 300)]),
  "3|": scene([item(6, 0)]),
};

/** A model that remembers what was sent and saved. */
export class FakeModel {
  readonly state: Model = {
    record: table, scenes, folded: [], stage: 3, part: "forward", selected: -1, wish: 0, notice: "",
    times: { eager: [0.2, 0.25, 0.3], compiled: [0.1, 0.125, 0.2], speedup: 2, rounds: 9, where: "cpu(0), 1 thread" },
  };
  readonly sent: unknown[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<() => void>>();

  get<K extends keyof Model>(key: K): Model[K] {
    return this.state[key];
  }
  set<K extends keyof Model>(key: K, value: Model[K]): void {
    const changed = this.state[key] !== value;
    this.state[key] = value;
    if (changed) this.tell(key);
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
    this.tell(key);
  }
  get listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
  private tell(key: string): void {
    for (const act of this.listeners.get(`change:${key}`) ?? []) act();
  }
}

export function props(model: FakeModel, el: HTMLElement): RenderProps<Model> {
  return { model, el } as unknown as RenderProps<Model>;
}
