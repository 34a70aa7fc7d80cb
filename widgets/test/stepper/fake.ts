// A model and a short backward pass, as the kernel would send them: loss = sum(w * x), once with a name full of markup.
import type { RenderProps } from "@anywidget/types";
import type { Model, Table } from "../../src/stepper/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';

type Sent = Table["steps"][number];

function part(more: NonNullable<Sent["parts"]>[number]): NonNullable<Sent["parts"]>[number] {
  return { to: "p", arg: "data", item: 0, structure: 0, size: [2, 2], value: 1, ...more };
}

function step(n: number, more: Sent): Sent {
  return { n, kind: "node", item: 0, name: `node${n}`, op: "op", forward: "f(x)", up: [0], ...more };
}

// numbers: 0 upstream 1, 1 contribution (1, 1), 2 the diagonal Jacobian of w * x, 3 its result, 4 a tile
export const numbers = Float32Array.from([1, 1, 1, 10, 0, 0, -20, 10, -20, 2, -2, 0.5, 2, 1, 0]);
export const tiles = Uint8Array.from([0, 253, 127, 255]);

export const table: Table = {
  title: "Backward pass of loss",
  summary: "backward pass of loss: 5 steps, to w",
  total: 5,
  structures: ["diagonal: each", "matrix product: in words"],
  arrays: [[[1], 1, 1, 0], [[2], 1, 2, 1], [[2, 2], 2, 2, 3], [[2], 1, 2, 7], [[40, 40], 2, 2, 9, 0]],
  steps: [
    step(1, { kind: "start", name: "loss", note: "∂loss/∂loss = 1", ask: { kind: "value", part: -1, index: 0, prompt: "What is ∂loss/∂loss?", answer: 1 } }),
    step(2, { name: "loss", forward: `sum(${EVIL})`, block: "net/loss", parts: [part({ to: EVIL, item: 1, value: 1 })] }),
    step(3, {
      item: 1, name: "p", forward: "w * x", block: "net/dense", up: [1],
      parts: [part({ to: "w", item: 2, dense: 2, value: 3, slope: "∂(w * x)/∂w = x", formula: "g * x", check: ["agrees", "✓ finite differences agree (all 2 numbers checked)", []] })],
      ask: { kind: "value", part: 0, index: 1, prompt: "What is the entry [1] of the contribution to w?", answer: -20 },
    }),
    step(4, {
      item: 1, name: "big", block: "net/dense", up: [4],
      parts: [part({ to: "w", item: 2, size: [1600, 1600], structure: 1, formula: "dot(g, w.T)", value: 4, old: 3, sum: 3, before: 3, axes: "(2,) ← sum over axis 0 of (4, 2)" })],
      ask: { kind: "shape", part: 0, prompt: "Which shape?", options: ["(40, 40)", "(2,)"], answer: "(40, 40)" },
    }),
    step(5, {
      kind: "end", item: 2, name: "w", op: "", block: "net/dense", up: [3], from: [3, 4], sources: 3, req: "add", held: 3, sum: 3,
      check: ["differs", "✗ finite differences disagree", [["[0]", "10", "11", 0]]],
    }),
  ],
  map: {
    width: 120, height: 160,
    items: [["loss", EVIL, "sum loss", 60, 140, 80], ["operator", "×", "mul p", 60, 80, 60], ["variable", "w", "variable w", 60, 20, 60]],
    wires: [[1, 0, "M60 92V128"], [2, 1, "M60 32V68"]],
    colors: { loss: ["#D55E00", "#000", "L"], operator: ["#0072B2", "#fff", "ƒ"], variable: ["#56B4E9", "#000", "x"] },
  },
};

function view(array: Float32Array | Uint8Array): DataView {
  return new DataView(array.buffer, array.byteOffset, array.byteLength);
}

/** A model that remembers what was sent and saved. */
export class FakeModel {
  readonly state: Model = { table, numbers: view(numbers), tiles: view(tiles), position: 0, predict: false, answers: {}, notice: "" };
  readonly sent: unknown[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<() => void>>();

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

  get listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

export function props(model: FakeModel, el: HTMLElement): RenderProps<Model> {
  return { model, el } as unknown as RenderProps<Model>;
}
