// The tiles on a canvas: one image of all cells, signs where something is wrong, numbers of the tiles, the chosen cell.
import type { Theme } from "../shared/canvas";
import { curve, sign, type Sign } from "../shared/chart";
import { DIVERGING, raster, SEQUENTIAL } from "../shared/color";
import { numberText } from "../shared/numbers";
import { Scale } from "../shared/scale";
import type { Info, Limits, Tiles } from "./model";
import { corner, grid, type Cell, type Grid } from "./places";

export const SIGNS: readonly (readonly [bit: number, name: Sign, label: string])[] = [
  [1, "cross", "NaN"],
  [2, "plus", "+Inf"],
  [4, "square", "-Inf"],
  [8, "triangle", "far above"],
  [16, "diamond", "far below"],
];
const SIGNED = 150; // cells of a kind that get a sign, evenly spread

export type Sheet = { picture: HTMLCanvasElement; tiles: Tiles };

export const stops = (info: Info): readonly string[] => (info.diverging ? DIVERGING : SEQUENTIAL);

/** Return all tiles as one small image, a pixel for each cell, one tile below the other. */
export function sheet(info: Info, tiles: Tiles, values: Float32Array, limits: Limits): Sheet | undefined {
  const [count, rows, columns] = tiles.shape;
  if (count === 0) return undefined;
  const picture = document.createElement("canvas");
  picture.width = columns;
  picture.height = count * rows;
  const [low, high] = info.limits[limits] ?? info.limits.robust;
  picture.getContext("2d")?.putImageData(raster(values, columns, count * rows, stops(info), low, high), 0, 0);
  return { picture, tiles };
}

export function drawTiles(context: CanvasRenderingContext2D, theme: Theme, width: number, shown: Sheet, values: Float32Array, marks: Uint8Array, limits: readonly [number, number], chosen: Cell | undefined): Grid {
  const { tiles, picture } = shown;
  const [count, rows, columns] = tiles.shape;
  const at = grid(tiles, width);
  const [cellW, cellH] = [at.wide / columns, at.tall / rows];
  context.imageSmoothingEnabled = false;
  context.font = "10.5px system-ui, sans-serif";
  context.textBaseline = "alphabetic";
  for (let k = 0; k < count; k += 1) {
    const { x, y } = corner(at, tiles, k);
    context.drawImage(picture, 0, k * rows, columns, rows, x, y, at.wide, at.tall);
    context.strokeStyle = theme.border;
    context.lineWidth = 1;
    context.strokeRect(x - 0.5, y - 0.5, at.wide + 1, at.tall + 1);
    number(context, theme, at, tiles, k, x, y);
  }
  const half = Math.min(Math.max(Math.min(cellW, cellH) * 0.3, 3.2), 7);
  for (const [bit, name] of SIGNS) {
    const found: number[] = [];
    marks.forEach((mark, k) => {
      if (mark & bit) found.push(k);
    });
    const path = new Path2D(sign(name, half));
    const every = Math.ceil(found.length / SIGNED);
    for (let k = 0; k < found.length; k += every) {
      const place = found[k]!;
      const tile = Math.floor(place / (rows * columns));
      const { x, y } = corner(at, tiles, tile);
      context.save();
      context.translate(x + ((place % columns) + 0.5) * cellW, y + (Math.floor((place % (rows * columns)) / columns) + 0.5) * cellH);
      context.strokeStyle = "#ffffff"; // around black, on the color of a cell: the same in light and dark
      context.lineWidth = 2;
      context.stroke(path);
      context.fillStyle = "#000000";
      context.fill(path);
      context.restore();
    }
  }
  if (tiles.layout.rows < 0) drawCurve(context, theme, width, at, tiles, values, limits, chosen);
  if (chosen) ring(context, at, tiles, chosen, cellW, cellH);
  return at;
}

/** Draw the numbers of an array with one axis as a curve below its strip. */
function drawCurve(context: CanvasRenderingContext2D, theme: Theme, width: number, at: Grid, tiles: Tiles, values: Float32Array, limits: readonly [number, number], chosen: Cell | undefined): void {
  const [top, bottom] = [at.top + at.tall + 12, at.height - 20];
  const x = new Scale(0, Math.max(tiles.size[1], 1), at.left, at.left + at.wide);
  const y = Scale.around(values.filter((value) => value >= limits[0] && value <= limits[1]), bottom, top);
  context.lineWidth = 1;
  context.fillStyle = theme.muted;
  for (const tick of y.ticks(3)) {
    context.strokeStyle = theme.border;
    context.globalAlpha = 0.4;
    context.strokeRect(at.left, y.at(tick), at.wide, 0);
    context.globalAlpha = 1;
    context.textAlign = "right";
    context.fillText(numberText(tick), at.left - 5, y.at(tick) + 3.5, 38);
  }
  context.textAlign = "center";
  for (const tick of x.ticks(5)) context.fillText(numberText(tick), Math.min(x.at(tick), width - 16), bottom + 15);
  context.textAlign = "left";
  const places = Array.from(values, (_, k) => (k + 0.5) * tiles.block[1]);
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.5;
  context.stroke(new Path2D(curve(places, values, x, y)));
  if (!chosen) return;
  context.strokeStyle = theme.ink;
  context.lineWidth = 1;
  const here = x.at(places[chosen[2]] ?? 0);
  context.strokeRect(here, at.top + at.tall, 0, bottom - at.top - at.tall);
}

function number(context: CanvasRenderingContext2D, theme: Theme, at: Grid, tiles: Tiles, k: number, x: number, y: number): void {
  const place = tiles.places[k] ?? [];
  const across = tiles.grid[1];
  context.fillStyle = theme.muted;
  if (place.length === 1 && at.wide >= 16) context.fillText(String(place[0]), x, y - 3, at.wide);
  if (place.length !== 2) return;
  if (k < across && at.wide >= 14) context.fillText(String(place[1]), x, y - 3, at.wide);
  if (k % across === 0 && at.tall >= 11) {
    context.textAlign = "right";
    context.fillText(String(place[0]), x - 4, y + at.tall / 2 + 3.5, 22);
    context.textAlign = "left";
  }
}

function ring(context: CanvasRenderingContext2D, at: Grid, tiles: Tiles, [tile, row, column]: Cell, cellW: number, cellH: number): void {
  const { x, y } = corner(at, tiles, tile);
  const [w, h] = [Math.max(cellW, 5), Math.max(cellH, 5)];
  const [left, top] = [x + (column + 0.5) * cellW - w / 2, y + (row + 0.5) * cellH - h / 2];
  for (const [color, line, pad] of [["#000000", 3.5, 1.5], ["#ffffff", 1.5, 1.5]] as const) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.strokeRect(left - pad, top - pad, w + 2 * pad, h + 2 * pad);
  }
}
