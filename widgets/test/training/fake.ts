// Models of the two widgets of this folder, as the kernel would send them.
import type { RenderProps } from "@anywidget/types";
import type { Head, LayerRow, MistakesModel, Model, State } from "../../src/training/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';

export function bytes(numbers: number[]): DataView {
  return new DataView(Float32Array.from(numbers).buffer);
}

const row = (more: object) => ({ number: 2, name: "second", status: "running", sign: "▶", word: "running", reason: "", steps: 4, values: [["loss", "1", "1"], ["val_loss", "1.5", "1.5"]], ...more }) as State;
const head = (more: Partial<Head>): Head => ({ run: 2, name: "loss", panel: "loss", variant: "", each: "step", count: 4, ...more });
const layer = (more: Partial<LayerRow>): LayerRow => ({ name: "dense0", count: 10, flag: "ok", sign: "✓", word: "ok", why: "", weight: "1", gradient: "0.1", ratio: "0.1", limits: ["2", "0.3"], ...more });

export const state = (more: Partial<State> = {}): State => row({
  title: "Net", epoch: 1, epochs: 2, done: 4, total: 8, elapsed: 12.3, left: 61, rate: 3.21, lr: "0.1", scheduled: false, overhead: 0.004, ends: [], marks: [[2, "lr 0.2 → 0.1"]], reachable: true, many: 2, ...more,
});

export function monitor(more: Partial<Model> = {}): Model {
  return {
    kind: "monitor", notice: "", state: state(),
    curves: [head({}), head({ name: "val_loss", variant: "val", each: "epoch", count: 1 })],
    points: bytes([1, 4, 4, 4, 0, 2, 3, 3, 3, 0, 3, NaN, NaN, NaN, 1, 4, 1, 1, 1, 0, 4, 1.5, 1.5, 1.5, 0]),
    past: [row({ number: 1, name: EVIL, status: "finished", sign: "✓", word: "finished", steps: 2 })],
    past_curves: [head({ run: 1, count: 2 }), head({ run: 1, name: EVIL, panel: EVIL, count: 2 })],
    past_points: bytes([1, 5, 5, 5, 0, 2, 4, 4, 4, 0, 1, 5, 5, 5, 0, 2, 4, 4, 4, 0]),
    layers: [layer({}), layer({ name: EVIL, flag: "vanishing", sign: "▼", word: "vanishing", why: "the gradient is 0" })],
    bars: bytes(Array.from({ length: 4 * 24 }, (_, k) => (k % 24) / 276)),
    rule: "The rule.", logarithmic: false, smooth: 2, hidden: [], ...more,
  };
}

export function mistakes(more: Partial<MistakesModel> = {}): MistakesModel {
  const wrong = (sample: number, cell: [number, number], truth: string, guess: string) => ({ sample, cell, truth, guess, sure: "95 %", likely: [[guess, "95 %", 0.95], [truth, "5 %", 0.05]] as [string, string, number][], own: "5 %", row: "" });
  return {
    kind: "mistakes", notice: "", cell: [],
    table: { title: "Net", classes: ["cat", EVIL, "owl"], all: 3, total: 9, wrong: 3, shown: 3, height: 2, width: 2, channels: 1, summary: "mistakes of Net" },
    counts: bytes([2, 1, 0, 0, 3, 0, 2, 0, 1]),
    mistakes: [wrong(5, [2, 0], "owl", "cat"), wrong(1, [0, 1], "cat", EVIL), wrong(7, [2, 0], "owl", "cat")],
    pixels: new DataView(Uint8Array.from({ length: 12 }, (_, k) => k).buffer),
    ...more,
  };
}

/** A model that remembers what was sent and saved. */
export class FakeModel<T extends object> {
  readonly sent: unknown[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(readonly traits: T) {}

  get<K extends keyof T>(key: K): T[K] {
    return this.traits[key];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const changed = this.traits[key] !== value;
    this.traits[key] = value;
    if (changed) this.trigger(`change:${String(key)}`); // as the real model does
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

  trigger(name: string): void {
    for (const act of this.listeners.get(name) ?? []) act();
  }

  /** Change a trait as the kernel does. */
  receive<K extends keyof T>(key: K, value: T[K]): void {
    this.traits[key] = value;
    this.trigger(`change:${String(key)}`);
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  get commands(): unknown[] {
    return this.sent.filter((message) => "command" in (message as object));
  }
}

export function props<T extends object>(model: FakeModel<T>, el: HTMLElement): RenderProps<T> {
  return { model, el } as unknown as RenderProps<T>;
}
