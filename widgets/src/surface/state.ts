// What the widget knows now: the kernel's numbers, and what the reader's hands have changed since.
import type { AnyModel } from "@anywidget/types";
import { floats } from "../shared/numbers";
import { gridded, quadratic, type Quadratic, type Row, type Surface } from "./bowl";
import type { Model, Point } from "./model";

export const FACTORS: Record<string, number> = { sgd: 2, momentum: 3.8 }; // as in walk.py

export type Fit = { predicted: ArrayLike<number>; curve: ArrayLike<number> };
export type Reading = { loss: number; gradient: Point; curvatures: Point; step: number };
export type State = ReturnType<typeof makeState>;

export function makeState(model: Pick<AnyModel<Model>, "get">) {
  const info = model.get("info");
  let terms: number[][] = []; // c, u and v of the points
  let lines: number[][] = []; // c, u and v along the curve
  let exact: Quadratic | undefined;
  let known: Fit & { shares: ArrayLike<number> } = { predicted: [], shares: [], curve: [] }; // the kernel's
  let reading: Reading & { point: Point };
  const state = {
    info,
    at: [0, 0] as Point,
    x: [] as number[],
    y: [] as number[],
    places: [] as number[], // of the curve
    surface: undefined as unknown as Surface,
    trail: [] as [step: number, a: number, b: number, loss: number][],

    /** Whether the browser knows the surface everywhere by itself. */
    exact: () => exact !== undefined,

    readSurface(): void {
      const rows = floats(model.get("rows"));
      const columns = [0, 1, 2, 3, 4].map((k) => Array.from({ length: rows.length / 5 }, (_, i) => rows[5 * i + k]!));
      state.x = columns[0]!;
      state.y = columns[1]!;
      terms = columns.slice(2);
      const curve = Array.from(floats(model.get("curve")));
      const sums = model.get("sums");
      const count = sums.length > 0 ? curve.length / 4 : curve.length;
      state.places = curve.slice(0, count);
      lines = [1, 2, 3].map((k) => curve.slice(k * count, (k + 1) * count));
      exact = sums.length > 0 ? quadratic(sums) : undefined;
      state.surface = exact ?? gridded(floats(model.get("grid")), model.get("grid_window"));
    },

    readWalk(): void {
      state.at = [...model.get("at")] as unknown as Point;
      const walked = floats(model.get("walked"));
      state.trail = Array.from({ length: walked.length >> 2 }, (_, k) => [walked[4 * k]!, walked[4 * k + 1]!, walked[4 * k + 2]!, walked[4 * k + 3]!]);
      state.readFit();
    },

    readFit(): void {
      const fit = floats(model.get("fit"));
      const count = state.x.length;
      known = { predicted: fit.subarray(0, count), shares: fit.subarray(count, 2 * count), curve: fit.subarray(2 * count) };
      const [p = 0, q = 0, loss = NaN, ga = NaN, gb = NaN, low = NaN, high = NaN, step = 0] = floats(model.get("reading"));
      reading = { point: [p, q], loss, gradient: [ga, gb], curvatures: [low, high], step };
    },

    /** Return what the model predicts at a point, undefined where only the kernel can tell and has not. */
    fit(point: Point): Fit | undefined {
      if (exact) {
        const [p, q] = [point[0] - exact.base[0], point[1] - exact.base[1]];
        const along = ([c, u, v]: number[][]) => c!.map((value, k) => value + p * u![k]! + q * v![k]!);
        return { predicted: along(terms), curve: along(lines) };
      }
      if (point === state.at) return known;
      const ghost = floats(model.get("ghost"));
      const count = 2 + state.x.length;
      return ghost[0] === Math.fround(point[0]) && ghost[1] === Math.fround(point[1]) ? { predicted: ghost.subarray(2, count), curve: ghost.subarray(count) } : undefined;
    },

    /** Return the numbers at the current point: at once where the surface is exact, else the kernel's or the grid's. */
    numbers(): Reading {
      const step = state.trail.at(-1)?.[0] ?? 0;
      const near = state.at.every((value, k) => Math.abs(reading.point[k]! - value) <= 1e-5 * Math.max(1e-3, Math.abs(value)));
      if (model.get("ended") || (near && !exact)) return { ...reading, step };
      return { loss: state.surface.value(...state.at), gradient: state.surface.gradient(...state.at), curvatures: exact?.curvatures ?? reading.curvatures, step };
    },

    /** Return the share of the loss that a point has, NaN where it is not known. */
    share(row: number, predicted: ArrayLike<number>): number {
      if (!exact) return known.shares[row] ?? NaN;
      const loss = exact.value(...state.at);
      return loss > 0 ? (exact.weight * (predicted[row]! - state.y[row]!) ** 2) / loss : 0;
    },

    /** Return the learning rate above which steps grow, or NaN. */
    critical(): number {
      const high = state.numbers().curvatures[1];
      return high > 0 ? (FACTORS[model.get("optimizer")] ?? NaN) / high : NaN;
    },

    /** Move a point of the data; an exact surface follows at once. */
    move(row: number, x: number, y: number): void {
      const made = (): Row => ({ u: terms[1]![row]!, v: terms[2]![row]!, r: state.y[row]! - terms[0]![row]! });
      const old = made();
      state.y[row] = y;
      state.x[row] = info.kind === "line" ? x : y;
      if (!exact) return;
      if (info.kind === "line") terms.forEach((column, k) => (column[row] = between(state.places, lines[k]!, x)));
      state.surface = exact = exact.changed(old, made());
    },
  };
  state.readSurface();
  state.readWalk();
  return state;
}

/** Return the value at a place between others that are equally far apart: exact where it is a straight line. */
export function between(xs: readonly number[], ys: readonly number[], x: number): number {
  const step = xs[1]! - xs[0]!;
  const k = Math.max(0, Math.min(Math.floor((x - xs[0]!) / step), xs.length - 2));
  return ys[k]! + ((x - xs[k]!) / step) * (ys[k + 1]! - ys[k]!);
}
