// A lens on an array of shape (2, 3, 4, 5), as the kernel would send it.
import type { RenderProps } from "@anywidget/types";
import type { Info, Model, Tiles } from "../../src/arrays/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';

export const info: Info = {
  name: EVIL,
  headline: "2x3x4x5 float32 @cpu(0): 120 elements",
  description: `${EVIL}: 2x3x4x5 float32`,
  shape: [2, 3, 4, 5],
  axes: ["batch", EVIL, "height", "width"],
  exact: true,
  whole: false,
  rows: [["min", "-2"], ["max", "3"], ["NaN", "1 (0.8 %)"]],
  counts: { nan: 1, inf: 0, outliers: 30 },
  far: [0, 30],
  edges: [-2, -1, 0, 1],
  bins: [5, 50, 34],
  limits: { robust: [-1, 1], percentile: [-2, 2], all: [-3, 3] },
  diverging: true,
  rule: "Outliers lie far away.",
  sampling: "",
};

export const tiles: Tiles = {
  shape: [3, 4, 5],
  size: [4, 5],
  block: [1, 1],
  grid: [2, 2],
  total: [3],
  places: [[0], [1], [2]],
  caption: "height ↓, width →, channel 0–2 of 3, batch = 0",
  layout: { rows: 2, columns: 3, over: [1], fixed: [0, 0, 0, 0], first: 0 },
};

function start(): Model {
  const values = Float32Array.from({ length: 60 }, (_, k) => k / 10);
  values[7] = NaN;
  const marks = new Uint8Array(60);
  marks[7] = 1;
  return { notice: "", names: [EVIL], which: 0, info, view: tiles.layout, limits: "robust", logarithmic: false, tiles,
    values: new DataView(values.buffer), marks: new DataView(marks.buffer), cell: [], reading: {}, wanted: "", places: {} };
}

/** A model that remembers what was sent and saved. */
export class FakeModel {
  readonly state = start();
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
  /** Change traits as the kernel does. */
  receive(values: Partial<Model>): void {
    Object.assign(this.state, values);
    for (const key of Object.keys(values)) this.tell(key);
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
