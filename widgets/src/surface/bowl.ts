// The surface as pure functions: exact where the loss is a quadratic, otherwise read from the kernel's grid.
import { Scale } from "../shared/scale";
import type { Point } from "./model";

export type Surface = { value(a: number, b: number): number; gradient(a: number, b: number): Point };
export type Row = { u: number; v: number; r: number }; // r: what is left to explain at the base
export type Quadratic = Surface & { base: Point; weight: number; curvatures: Point; changed(old: Row, now: Row): Quadratic };

/** Return weight * sum((r - da u - db v)^2), da and db counted from the base: see exact.py. */
export function quadratic(sums: readonly number[]): Quadratic {
  const [a0, b0, uu, uv, vv, ur, vr, rr, weight] = sums as [number, number, number, number, number, number, number, number, number];
  const [mean, half] = [weight * (uu + vv), weight * Math.hypot(uu - vv, 2 * uv)];
  return {
    base: [a0, b0],
    weight,
    curvatures: [mean - half, mean + half], // eigenvalues of 2 weight [[uu, uv], [uv, vv]]
    value(a, b) {
      const [p, q] = [a - a0, b - b0];
      return weight * (rr - 2 * (ur * p + vr * q) + uu * p * p + 2 * uv * p * q + vv * q * q);
    },
    gradient(a, b) {
      const [p, q] = [a - a0, b - b0];
      return [2 * weight * (uu * p + uv * q - ur), 2 * weight * (uv * p + vv * q - vr)];
    },
    /** Return the surface after one row of the data has changed. */
    changed(old, now) {
      const terms = ({ u, v, r }: Row) => [0, 0, u * u, u * v, v * v, u * r, v * r, r * r, 0];
      const [from, to] = [terms(old), terms(now)];
      return quadratic(sums.map((value, k) => value + to[k]! - from[k]!));
    },
  };
}

/** Return a grid of losses as a surface, with straight lines in between; NaN outside. */
export function gridded(values: Float32Array, window: readonly number[]): Surface {
  const [left, right, low, high] = window as [number, number, number, number];
  const side = Math.round(Math.sqrt(values.length));
  const edge = side - 1;
  const [h, k] = [(right - left) / edge, (high - low) / edge];
  const mix = (p: number, q: number, share: number) => (share < 1e-6 ? p : share > 1 - 1e-6 ? q : p + share * (q - p)); // NaN stays where it is
  const value = (a: number, b: number): number => {
    const [s, t] = [(a - left) / h, (b - low) / k];
    if (!(s >= -1e-6 && s <= edge + 1e-6 && t >= -1e-6 && t <= edge + 1e-6)) return NaN;
    const [i, j] = [Math.max(0, Math.min(Math.floor(s), edge - 1)), Math.max(0, Math.min(Math.floor(t), edge - 1))];
    const along = (row: number) => mix(values[row * side + i]!, values[row * side + i + 1]!, s - i);
    return mix(along(j), along(j + 1), t - j);
  };
  return { value, gradient: (a, b) => [(value(a + h, b) - value(a - h, b)) / (2 * h), (value(a, b + k) - value(a, b - k)) / (2 * k)] };
}

/** Return losses over a window, `side` x `side`, the first row at the top: the highest second number. */
export function field(surface: Surface, window: readonly number[], side: number): Float32Array {
  const [left, right, low, high] = window as [number, number, number, number];
  const out = new Float32Array(side * side);
  for (let j = 0; j < side; j += 1) {
    const b = high + (j / (side - 1)) * (low - high);
    for (let i = 0; i < side; i += 1) out[j * side + i] = surface.value(left + (i / (side - 1)) * (right - left), b);
  }
  return out;
}

/** Return the lowest and highest finite value; [0, 1] where there is none. */
export function limits(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k += 1) {
    const value = values[k]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 1] : [low, high];
}

/** Return where logarithmic colors begin: not below a ten-thousandth of the highest loss. */
export function logFloor(low: number, high: number): number {
  return Math.max(low, 1e-4 * high, 1e-30);
}

/** Return about seven round losses between two limits. */
export function levels(low: number, high: number, log: boolean): number[] {
  if (!(high > low)) return [];
  if (!log || high <= 0) return new Scale(low, high, 0, 1).ticks(7).filter((level) => low < level && level < high);
  const found: number[] = [];
  const floor = logFloor(low, high);
  for (let k = Math.floor(Math.log10(floor)); k < Math.ceil(Math.log10(high)); k += 1) {
    for (const m of [1, 2, 5]) if (m * 10 ** k > floor && m * 10 ** k < high) found.push(m * 10 ** k);
  }
  const every = Math.ceil(found.length / 9);
  return found.filter((_, k) => k % every === 0);
}

/** Return the pieces of the line on which a field has a value, as x1, y1, x2, y2 in its columns and rows: marching squares. */
export function contour(values: ArrayLike<number>, side: number, level: number): number[] {
  const out: number[] = [];
  const cut = (p: number, q: number) => (level - p) / (q - p);
  for (let j = 0; j + 1 < side; j += 1) {
    for (let i = 0; i + 1 < side; i += 1) {
      const at = j * side + i;
      const p = values[at]!;
      const q = values[at + 1]!;
      const r = values[at + side + 1]!;
      const s = values[at + side]!;
      const over = p > level;
      if ((over === q > level && over === r > level && over === s > level) || !Number.isFinite(p + q + r + s)) continue;
      const ends: number[] = [];
      if (p > level !== q > level) ends.push(i + cut(p, q), j);
      if (q > level !== r > level) ends.push(i + 1, j + cut(q, r));
      if (s > level !== r > level) ends.push(i + cut(s, r), j + 1);
      if (p > level !== s > level) ends.push(i, j + cut(p, s));
      if (ends.length === 4) out.push(...ends);
      else if (((p + q + r + s) / 4 > level) === over) out.push(...ends); // a saddle
      else out.push(ends[6]!, ends[7]!, ends[0]!, ends[1]!, ...ends.slice(2, 6));
    }
  }
  return out;
}

/** Return the part of a line that lies in a box, or undefined. Liang and Barsky (1984). */
export function clipped(
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  box: { left: number; right: number; top: number; bottom: number },
): [number, number, number, number] | undefined {
  const [dx, dy] = [x2 - x1, y2 - y1];
  if (!Number.isFinite(dx + dy)) return undefined;
  let [first, last] = [0, 1];
  for (const [p, q] of [[-dx, x1 - box.left], [dx, box.right - x1], [-dy, y1 - box.top], [dy, box.bottom - y1]] as const) {
    if (p === 0 && q < 0) return undefined;
    if (p < 0) first = Math.max(first, q / p);
    if (p > 0) last = Math.min(last, q / p);
  }
  return first <= last ? [x1 + first * dx, y1 + first * dy, x1 + last * dx, y1 + last * dy] : undefined;
}

/** Return the path of an arrow; `size` is that of its head. */
export function arrow(x1: number, y1: number, x2: number, y2: number, size: number): string {
  const long = Math.hypot(x2 - x1, y2 - y1) / size;
  const [ux, uy] = [(x2 - x1) / long, (y2 - y1) / long];
  const side = (turn: number) => `${(x2 - ux - turn * uy).toFixed(1)} ${(y2 - uy + turn * ux).toFixed(1)}`;
  const tip = `L${x2.toFixed(1)} ${y2.toFixed(1)}`;
  return `M${x1.toFixed(1)} ${y1.toFixed(1)}${tip}M${side(0.62)}${tip}L${side(-0.62)}`;
}
