// The arrays of all steps, as rows and columns: small ones with every number, large ones as a tile with what is said of it.
import { numberText } from "../shared/numbers";
import type { ArrayRow } from "./model";

export type Grid = {
  shape: number[];
  rows: number;
  columns: number;
  cells: Float32Array | undefined; // every number, or
  tile: Uint8Array | undefined; // 0 to 253 from -largest to largest, 254 infinite, 255 NaN
  largest: number;
  lines: string[];
};

export class Shelf {
  constructor(
    private readonly arrays: ArrayRow[],
    private readonly numbers: Float32Array,
    private readonly tiles: Uint8Array,
  ) {}

  get(number: number): Grid | undefined {
    const row = this.arrays[number];
    if (!row) return undefined;
    const [shape, rows, columns, at, tile] = row;
    if (tile === undefined) {
      const cells = this.numbers.subarray(at, at + rows * columns);
      let largest = 0;
      for (const value of cells) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
      return { shape, rows, columns, cells, tile: undefined, largest, lines: cells.length === 0 ? ["no element"] : [] };
    }
    const [largest = 0, low = NaN, mean = NaN, high = NaN, nans = 0, infinities = 0] = this.numbers.subarray(at, at + 6);
    const small = Math.abs(mean) < 1e-3 * Math.max(Math.abs(low), Math.abs(high));
    const lines = [`${short(low)} … ${short(high)}`, small ? "mean ≈ 0" : `mean ${short(mean)}`];
    if (nans + infinities > 0) lines.push(`${nans} NaN, ${infinities} infinite`);
    return { shape, rows, columns, cells: undefined, tile: this.tiles.subarray(tile, tile + rows * columns), largest, lines };
  }
}

/** Return a number as a cell shows it. */
export function short(value: number): string {
  return numberText(value, 3);
}

/** Return a shape as Python prints it. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** Return the index of each element of a small array, in memory order. */
export function indices(shape: readonly number[]): string[] {
  const count = shape.reduce((product, n) => product * n, 1);
  return Array.from({ length: count }, (_, flat) => {
    const index: number[] = [];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index.unshift(flat % shape[axis]!);
      flat = Math.floor(flat / shape[axis]!);
    }
    return `[${index.join(", ")}]`;
  });
}

/** Return the color of a cell: orange for positive, blue for negative, the stronger the larger; the ink stays readable. */
export function cellColor(value: number, largest: number): string {
  if (Number.isNaN(value)) return "color-mix(in srgb, #cc79a7 55%, var(--mxw-paper))";
  if (!Number.isFinite(value)) return "color-mix(in srgb, #e69f00 55%, var(--mxw-paper))";
  const share = largest > 0 ? Math.abs(value) / largest : 0;
  if (share === 0) return "var(--mxw-paper)";
  return `color-mix(in srgb, ${value > 0 ? "#d55e00" : "#0072b2"} ${(6 + 48 * share).toFixed(0)}%, var(--mxw-paper))`;
}

/** Return how an entry of upstream x Jacobian comes about: the products that are not zero, and their sum. */
export function arithmetic(upstream: ArrayLike<number>, dense: ArrayLike<number>, columns: number, entry: number, result: number): string {
  const terms: string[] = [];
  const factor = (value: number) => (value < 0 ? `(${short(value)})` : short(value));
  for (let row = 0; row < upstream.length; row += 1) {
    const local = dense[row * columns + entry] ?? 0;
    if (local !== 0) terms.push(`${factor(upstream[row]!)} · ${factor(local)}`);
  }
  return `${terms.join(" + ") || "0"} = ${short(result)}`;
}

/** Return the place of the largest entry: what is worked out first. */
export function largestEntry(cells: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < cells.length; k += 1) {
    if (Number.isFinite(cells[k]!) && !(Math.abs(cells[k]!) <= Math.abs(cells[best]!))) best = k;
  }
  return best;
}
