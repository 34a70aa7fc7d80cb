// A model of a small pad, as the kernel would send it.
import type { RenderProps } from "@anywidget/types";
import type { About, LayerInfo, Model, WindowInfo } from "../../src/digits/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';

export const view = (values: ArrayLike<number>): DataView => new DataView(Float32Array.from(values).buffer);
export const ink = (values: ArrayLike<number>): DataView => new DataView(Uint8Array.from(values).buffer);

function layer(name: string, more: Partial<LayerInfo> = {}): LayerInfo {
  return { name, kind: "Conv2D", activation: "relu", shape: "2 × 3 × 4", cells: false, count: 2, total: 2, height: 3, width: 4, reads: -1, ...more };
}

export const about: About = {
  title: "What net reads",
  size: 8,
  inner: 6,
  patch: 1,
  resolution: 16,
  classes: ["zero", EVIL, "two"],
  output: "scores",
  samples: 5,
  layers: [layer("conv0"), layer(EVIL, { kind: "Dense", activation: "", shape: "3", cells: true, count: 3, total: 3, height: 1, width: 1, reads: 0 })],
};

export const convolution: WindowInfo = {
  kind: "convolution", activation: "relu", rule: "", count: 1, box: [0, 1, 2, 2], reads: -1, channels: [0, 1], point: [0, 1, 2, 3],
  height: 2, width: 2, detailed: [0, 1], biggest: 1, inside: [1, 1, 1, 0],
};
// value, total, bias, rest; sums; patch and kernel of both channels
export const convolutionNumbers = [0, -1.5, 0.5, 0, 1, -3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 0, -1, -1, 0, 0];

export class FakeModel {
  readonly state: Model;
  readonly sent: unknown[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(changes: Partial<Model> = {}) {
    this.state = {
      notice: "", about, ink: ink(new Array(256).fill(0)), asked: 0, answered: 0, center: true, sample: 2, misread: 0, truth: 1, frame: [],
      chances: view([0.25, 0.004, 0.746]), picture: ink(new Array(64).fill(0)), maps: ink(Array.from({ length: 27 }, (_, k) => k)),
      scales: [[0, 2], [-1, 1]], overlay: "", target: -1, heat: view([]), heat_about: {}, point: [], window: {}, numbers: view([]), ...changes,
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

  /** Change traits as the kernel does. */
  receive(values: Partial<Model>): void {
    Object.assign(this.state, values);
    for (const key of Object.keys(values)) for (const act of this.listeners.get(`change:${key}`) ?? []) act();
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

export function props(model: FakeModel, el: HTMLElement): RenderProps<Model> {
  return { model, el } as unknown as RenderProps<Model>;
}
