// What the kernel sends; the traits of DecisionBoundary in decision/widget.py.
import { floats } from "../shared/numbers";

export type Setup = {
  title: string;
  classes: string[];
  colors: string[];
  signs: string[];
  features: [string, string];
  box: [left: number, right: number, bottom: number, top: number];
  side: number; // points of the field along one side
  fixed: string;
  output: string;
};

export type Training = { steps?: number; loss?: number | null; buttons?: boolean; back?: boolean };

export type Model = {
  setup: Setup;
  xy: DataView;
  kinds: DataView;
  scores: DataView;
  field: DataView;
  threshold: number;
  chosen: number;
  training: Training;
  done: number; // stamp of the last edit that the points contain
  notice: string;
};

/** The points as the browser knows them: it edits its own copy at once, the kernel follows. */
export class Points {
  x: number[] = [];
  y: number[] = [];
  label: number[] = [];
  score: number[][] = []; // probability of each class; NaN where the kernel has not answered yet

  read(xy: DataView, kinds: DataView, scores: DataView, classes: number): void {
    const [places, probabilities] = [floats(xy), floats(scores)];
    const count = places.length / 2;
    this.x = Array.from({ length: count }, (_, k) => places[2 * k]!);
    this.y = Array.from({ length: count }, (_, k) => places[2 * k + 1]!);
    this.label = Array.from({ length: count }, (_, k) => kinds.getUint8(k));
    this.score = Array.from({ length: count }, (_, k) => Array.from(probabilities.subarray(k * classes, (k + 1) * classes)));
  }

  get length(): number {
    return this.x.length;
  }

  /** Return the point nearest to a place within `reach`, by a distance in pixels, or -1. */
  nearest(px: number, py: number, at: (k: number) => [number, number], reach: number): number {
    let best = -1;
    let least = reach * reach;
    for (let k = 0; k < this.length; k += 1) {
      const [x, y] = at(k);
      const distance = (x - px) ** 2 + (y - py) ** 2;
      if (distance <= least) [best, least] = [k, distance];
    }
    return best;
  }
}

/** Probabilities on the grid: of class 1 where there are two classes, else of each class. */
export class Field {
  readonly channels: Float32Array[];

  constructor(
    view: DataView,
    readonly side: number,
    readonly classes: number,
  ) {
    const size = side * side;
    const count = Math.floor(view.byteLength / 2 / size);
    this.channels = Array.from({ length: count }, (_, c) =>
      Float32Array.from({ length: size }, (_, k) => {
        const raw = view.getUint16(2 * (c * size + k), true);
        return raw === 65535 ? NaN : raw / 65534;
      }),
    );
  }

  /** Return the probability of each class at a place of the unit square, y downwards. */
  at(u: number, v: number): number[] {
    const last = this.side - 1;
    const [x, y] = [Math.min(Math.max(u, 0), 1) * last, Math.min(Math.max(v, 0), 1) * last];
    const [i, j] = [Math.min(Math.floor(x), last - 1), Math.min(Math.floor(y), last - 1)];
    const [fx, fy] = [x - i, y - j];
    const found = this.channels.map((channel) => {
      const row = j * this.side + i;
      const top = channel[row]! * (1 - fx) + channel[row + 1]! * fx;
      const low = channel[row + this.side]! * (1 - fx) + channel[row + this.side + 1]! * fx;
      return top * (1 - fy) + low * fy;
    });
    return this.channels.length === 1 ? [1 - found[0]!, found[0]!] : found;
  }
}
