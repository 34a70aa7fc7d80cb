// The traits of the two widgets of this folder, and their curves as numbers.
import { floats } from "../shared/numbers";

export type RunRow = {
  number: number;
  name: string;
  status: string;
  sign: string;
  word: string;
  reason: string;
  steps: number;
  values: [name: string, last: string, best: string][];
};
export type State = RunRow & {
  title: string;
  epoch: number;
  epochs: number;
  done: number;
  total: number;
  elapsed: number;
  left: number; // seconds, -1 where that is not known
  rate: number;
  lr: string;
  scheduled: boolean;
  overhead: number;
  ends: number[];
  marks: [step: number, text: string][];
  reachable: boolean;
  many: number; // layers in all
};
export type Head = { run: number; name: string; panel: string; variant: string; each: string; count: number };
export type LayerRow = {
  name: string;
  count: number;
  flag: string;
  sign: string;
  word: string;
  why: string;
  weight: string;
  gradient: string;
  ratio: string;
  limits: [string, string];
};
export type Model = {
  kind: string;
  notice: string;
  state: State;
  curves: Head[];
  points: DataView;
  past: RunRow[];
  past_curves: Head[];
  past_points: DataView;
  layers: LayerRow[];
  bars: DataView;
  rule: string;
  logarithmic: boolean;
  smooth: number;
  hidden: number[];
};

export type Mistake = {
  sample: number;
  cell: [number, number];
  truth: string;
  guess: string;
  sure: string;
  likely: [name: string, percent: string, share: number][];
  own: string;
  row: string;
};
export type Table = {
  title: string;
  classes: string[];
  all: number;
  total: number;
  wrong: number;
  shown: number;
  height: number;
  width: number;
  channels: number;
  summary: string;
};
export type MistakesModel = { kind: string; notice: string; table: Table; counts: DataView; mistakes: Mistake[]; pixels: DataView; cell: number[] };

/** A curve: for each bucket its place, least, greatest and mean value, and how many values are not finite. */
export type Curve = Head & { x: Float64Array; low: Float64Array; high: Float64Array; mean: Float64Array; bad: Float64Array };

const COLUMNS = 5;

/** Return curves from their heads and the buckets of all of them. */
export function unpack(heads: Head[], view: DataView | undefined): Curve[] {
  const numbers = floats(view);
  let start = 0;
  return heads.map((head) => {
    const column = (at: number) => Float64Array.from({ length: head.count }, (_, k) => numbers[start + k * COLUMNS + at] ?? NaN);
    const curve = { ...head, x: column(0), low: column(1), high: column(2), mean: column(3), bad: column(4) };
    start += head.count * COLUMNS;
    return curve;
  });
}

/** Return at each place the mean of the finite values in the `window` steps that end there; as series.py. */
export function smoothed(x: ArrayLike<number>, mean: ArrayLike<number>, window: number): Float64Array {
  const out = new Float64Array(x.length);
  let [start, total, count] = [0, 0, 0];
  for (let k = 0; k < x.length; k += 1) {
    if (Number.isFinite(mean[k])) [total, count] = [total + mean[k]!, count + 1];
    for (; start < k && x[start]! <= x[k]! - window; start += 1) {
      if (Number.isFinite(mean[start])) [total, count] = [total - mean[start]!, count - 1];
    }
    out[k] = count > 0 ? total / count : NaN;
  }
  return out;
}

/** Return the number of the place that is nearest to a step, -1 where there is none. */
export function nearest(x: ArrayLike<number>, step: number): number {
  if (x.length === 0) return -1;
  let [low, high] = [0, x.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= step) low = middle;
    else high = middle;
  }
  return Math.abs(x[low]! - step) <= Math.abs(x[high]! - step) ? low : high;
}

/** Return a duration as "0:07", "12:30" or "1:02:03". */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const pad = (part: number) => String(part).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

export const isOpen = (status: string): boolean => status === "running" || status === "paused";
