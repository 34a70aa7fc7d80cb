// A race made up for tests, as the kernel would send it; its numbers were never measured.
import type { RenderProps } from "@anywidget/types";
import type { Board, Cell, Model, Row } from "../../src/timing/model";

export const EVIL = '<img src=x onerror="globalThis.broken = true">';
export const SIZES = [10, 100, 1000];

const cpu = (n: number) => 1e-7 * n;
const gpu = (n: number) => 2e-5 + 1e-9 * n;

/** Return a board of cpu(0), and where `devices` says so of a GPU, too. */
export function board(more: Partial<Board> = {}, devices: ("cpu" | "gpu")[] = ["cpu", "gpu"]): Board {
  const cells = devices.flatMap((device, k) => SIZES.map((n, s): Cell => {
    const time = device === "gpu" ? gpu(n) : cpu(n);
    return [k, s, 3, 9, time, 0.9 * time, 1.1 * time, device === "gpu" ? 5e-6 : time, device === "gpu" ? 0.8 * time : null, 30 * time];
  }));
  const crossing = { kind: "crossing", size: 200, low: 150, high: 260 };
  return {
    title: "artificial work", unit: "n: things", badge: "", origin: "", machine: "ARTIFICIAL CPU · 2 threads", sizes: SIZES,
    entrants: devices.map((device) => ({ name: `${device}(0)`, device, transfer: false })),
    cells,
    pairs: devices.length > 1 ? [{ reference: 0, other: 1, ratios: SIZES.map((n, s) => [s, cpu(n) / gpu(n), 0.9 * cpu(n) / gpu(n), 1.1 * cpu(n) / gpu(n)]), crossing, text: "gpu(0) becomes faster at about n = 200." }] : [],
    verdict: devices.length > 1 ? "cpu(0) is faster at small sizes, gpu(0) at large ones." : "Only cpu(0) was timed.",
    roof: { ceilings: devices.map((device) => ({ device, flops: 1e11, bandwidth: 1e10, text: "" })), points: cells.map(([k, s]) => [k, s, 0.25 * (s + 1), 1e9 * (k + 1)]) },
    failures: [],
    ...more,
  };
}

/** Return rows and samples that belong to a board: 1 cold, 2 warm-up and 3 steady ones each. */
export function samples(of: Board): { rows: Row[]; samples: DataView } {
  const rows = of.cells.map((cell): Row => [cell[0], cell[1], 1, 2, 3]);
  const numbers = of.cells.flatMap((cell) => [30, 3, 2, 1, 1.01, 0.99].flatMap((f) => [cell[7]!, f * cell[4]!, NaN]));
  return { rows, samples: new DataView(new Float32Array(numbers).buffer) };
}

/** A model that remembers what was sent and saved. */
export class FakeModel {
  readonly state: Model;
  readonly sent: unknown[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(live: Board = board(), replay?: Board, missing = "") {
    const recorded = replay ? samples(replay) : { rows: [], samples: new DataView(new ArrayBuffer(0)) };
    this.state = {
      notice: "", state: { title: live.title, running: false, share: 1, said: "", missing }, live, ...samples(live),
      replay: replay ?? {}, replay_rows: recorded.rows, replay_samples: recorded.samples, view: "times", size: 1000, hidden: [],
    };
  }

  get<K extends keyof Model>(key: K): Model[K] {
    return this.state[key];
  }

  set<K extends keyof Model>(key: K, value: Model[K]): void {
    this.receive(key, value);
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
