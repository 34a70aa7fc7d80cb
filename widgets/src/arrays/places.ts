// Where things are: cells and pixels, cells and indices of the array. Pure functions; display/cells.py counts the same.
import type { Info, Tiles, View } from "./model";

export type Cell = [tile: number, row: number, column: number];
export type Grid = { left: number; top: number; wide: number; tall: number; stepX: number; stepY: number; height: number };

const GAP = 4; // pixels between tiles
const BAND = 14; // pixels above a tile, for its number
export const CURVE = 150; // pixels below the strip of an array with one axis, for the same numbers as a curve
const LARGEST = 30; // pixels of a cell

/** Return where the tiles stand in a canvas of some width. */
export function grid(tiles: Tiles, width: number): Grid {
  const [count, rows, columns] = tiles.shape;
  const [down, across] = tiles.grid;
  if (count === 0) return { left: 0, top: 0, wide: 1, tall: 1, stepX: 1, stepY: 1, height: 30 };
  if (tiles.layout.rows < 0) return { left: 44, top: 1, wide: width - 46, tall: 24, stepX: width, stepY: 24, height: 24 + CURVE };
  const aspect = Math.min(Math.max(tiles.size[1] / tiles.size[0], 1 / 8), 14);
  const several = down * across > 1;
  const left = several && tiles.total.length === 2 ? 26 : 0;
  const room = width - left - 2;
  let tall = Math.min((room - (across - 1) * GAP) / across / aspect, 400 / down, LARGEST * rows, (LARGEST * columns) / aspect);
  tall = Math.max(tall, 2);
  const wide = tall * aspect;
  const band = several ? (tiles.total.length === 2 ? 0 : BAND) : 0;
  const top = band + (several && tiles.total.length === 2 ? BAND : 1);
  const stepY = tall + GAP + band;
  return { left: left + 1, top, wide, tall, stepX: wide + GAP, stepY, height: Math.ceil(top + down * stepY - GAP - band + 2) };
}

/** Return the left upper corner of a tile. */
export function corner(at: Grid, tiles: Tiles, tile: number): { x: number; y: number } {
  return { x: at.left + (tile % tiles.grid[1]) * at.stepX, y: at.top + Math.floor(tile / tiles.grid[1]) * at.stepY };
}

/** Return the cell at a point, or undefined beside the tiles. */
export function cellAt(at: Grid, tiles: Tiles, x: number, y: number): Cell | undefined {
  const [count, rows, columns] = tiles.shape;
  const [across, down] = [Math.floor((x - at.left) / at.stepX), tiles.layout.rows < 0 ? 0 : Math.floor((y - at.top) / at.stepY)];
  if (across < 0 || across >= tiles.grid[1] || down < 0) return undefined;
  const tile = down * tiles.grid[1] + across;
  if (tile >= count) return undefined;
  const start = corner(at, tiles, tile);
  const column = Math.floor(((x - start.x) / at.wide) * columns);
  const row = tiles.layout.rows < 0 ? 0 : Math.floor(((y - start.y) / at.tall) * rows);
  return row >= 0 && row < rows && column >= 0 && column < columns ? [tile, row, column] : undefined;
}

/** Return the cell one step away; at the border of a tile it goes on in the next one. */
export function step(tiles: Tiles, cell: Cell, down: number, right: number): Cell {
  const [count, rows, columns] = tiles.shape;
  const across = tiles.grid[1];
  let [tile, row, column] = cell;
  row += down;
  column += right;
  let next = tile;
  if (column < 0 && tile % across > 0) [next, column] = [tile - 1, columns - 1];
  else if (column >= columns && tile % across < across - 1) [next, column] = [tile + 1, 0];
  else if (row < 0 && tile >= across) [next, row] = [tile - across, rows - 1];
  else if (row >= rows) [next, row] = [tile + across, 0];
  if (next >= count || row < 0 || row >= rows || column < 0 || column >= columns) return cell;
  tile = next;
  return [tile, row, column];
}

/** Return the index of a cell in the array, as Python writes it: "[0, 3, 4:8, 12]". */
export function indexText(tiles: Tiles, cell: Cell): string {
  const { rows, columns, over, fixed } = tiles.layout;
  const parts = fixed.map(String);
  over.forEach((axis, k) => (parts[axis] = String(tiles.places[cell[0]]?.[k] ?? 0)));
  const range = (axis: number, at: number, block: number, size: number) => {
    if (axis < 0) return;
    const [start, end] = [at * block, Math.min((at + 1) * block, size)];
    parts[axis] = end - start === 1 ? String(start) : `${start}:${end}`;
  };
  range(rows, cell[1], tiles.block[0], tiles.size[0]);
  range(columns, cell[2], tiles.block[1], tiles.size[1]);
  return `[${parts.join(", ")}]`;
}

/** Return the cell that shows an element of the array, or undefined where it is not in these tiles. */
export function cellOf(tiles: Tiles, index: readonly number[]): Cell | undefined {
  const { rows, columns, over, fixed } = tiles.layout;
  const tile = tiles.places.findIndex((place) => place.every((at, k) => at === index[over[k]!]));
  const shown = new Set([rows, columns, ...over]);
  if (tile < 0 || fixed.some((at, axis) => !shown.has(axis) && at !== index[axis])) return undefined;
  const row = rows < 0 ? 0 : Math.floor(index[rows]! / tiles.block[0]);
  const column = columns < 0 ? 0 : Math.floor(index[columns]! / tiles.block[1]);
  return [tile, row, column];
}

/** Return a view in which an element of the array is seen. */
export function viewOf(view: View, index: readonly number[]): View {
  const first = view.over.length > 0 ? index[view.over[0]!]! : 0;
  return { ...view, fixed: [...index], first };
}

/** Return a view with one role of the axes changed; an axis that had the role takes the place of the other. */
export function assigned(view: View, role: "rows" | "columns", axis: number): View {
  const other = role === "rows" ? "columns" : "rows";
  const next = { ...view, [role]: axis, first: 0 };
  if (view[other] === axis) next[other] = view[role];
  next.over = view.over.map((one) => (one === axis ? view[role] : one)).filter((one) => one >= 0 && one !== next.rows && one !== next.columns);
  return next;
}

/** Return the choices of tiles: none, each free axis, and two of them. */
export function choicesOver(info: Info, view: View): [value: string, text: string][] {
  const free = info.axes.map((_, axis) => axis).filter((axis) => axis !== view.rows && axis !== view.columns);
  const found: [string, string][] = [["", "one tile"]];
  for (const axis of free) found.push([String(axis), info.axes[axis]!]);
  for (const a of free) for (const b of free) if (a !== b) found.push([`${a},${b}`, `${info.axes[a]} × ${info.axes[b]}`]);
  return found;
}

/** Return the shortest decimal that is this 32-bit float. */
export function shortest(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  for (let digits = 1; digits < 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}
