// A model of the surface widget, as the kernel would send it: five points on the line y = 2 x + 1.
import type { RenderProps } from "@anywidget/types";
import type { Model } from "../../src/surface/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';
export const bytes = (numbers: readonly number[]): DataView => new DataView(new Float32Array(numbers).buffer);

const X = [-2, -1, 0, 1, 2];
const Y = X.map((x) => 2 * x + 1);
// the minimum is (2, 1): c = 2 x + 1 there, u = x, v = 1
const row = (x: number, y: number) => [x, y, 2 * x + 1, x, 1];

export function values(more: Partial<Model> = {}): Model {
  return {
    info: { a: "weight", b: "bias", x: "x", y: "y", kind: "line", rows: 5, model: "Dense", loss: "L2Loss", probability: false },
    how: "exact",
    rows: bytes(X.flatMap((x, k) => row(x, Y[k]!))),
    curve: bytes([...X, ...Y, ...X, ...X.map(() => 1)]),
    sums: [2, 1, 10, 0, 5, 0, 0, 0, 0.1],
    grid: bytes([]),
    grid_window: [],
    y_range: [-4, 6],
    edition: 0,
    window: [-2, 6, -3, 5],
    home: [-2, 6, -3, 5],
    at: [0, 0],
    fit: bytes([0, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.2, 0, 0, 0, 0, 0]),
    ghost: bytes([]),
    reading: bytes([0, 0, 4.5, -4, -1, 1, 2, 0]),
    walked: bytes([0, 0, 0, 4.5]),
    verdict: "",
    ended: false,
    done: 0,
    lr: 0.1,
    batch_size: 0,
    optimizer: "sgd",
    log: false,
    slopes: false,
    asked: 0,
    resets: 0,
    probe: [],
    edits: {},
    notice: "",
    ...more,
  };
}

/** The same data with a surface that only the kernel knows: a grid of 3 x 3 losses. */
export function gridded(more: Partial<Model> = {}): Model {
  return values({ sums: [], how: "a grid", rows: bytes(X.flatMap((x, k) => [x, Y[k]!, NaN, NaN, NaN])), curve: bytes(X), grid: bytes([1, 2, 3, 4, 5, 6, 7, NaN, 9]), grid_window: [-2, 6, -3, 5], ...more });
}

export class FakeModel {
  saves = 0;
  readonly sent: unknown[] = [];
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(readonly state: Model = values()) {}

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

  /** Change traits together, as the kernel does. */
  receive(traits: Partial<Model>): void {
    Object.assign(this.state, traits);
    for (const key of Object.keys(traits)) this.tell(key);
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
