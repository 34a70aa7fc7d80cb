// A small matrix of numbers on their colors, as SVG; what it shows is said in its label, too.
import { parse, table, type RGB } from "../shared/color";
import { svg } from "../shared/dom";
import { numberText } from "../shared/numbers";
import { readable } from "./pixels";

const ROOM = 186; // pixels of a matrix at most
const LEGIBLE = 25; // pixels of a cell from which on its number is printed

/** Return a number in little room: "0.13", "-12", "≈0". */
export function short(value: number): string {
  if (!Number.isFinite(value) || value === 0) return numberText(value);
  const size = Math.abs(value);
  if (size < 0.005) return "≈0";
  if (size >= 1000) return value.toExponential(0).replace("e+", "e");
  return size >= 99.5 ? value.toFixed(0) : value.toFixed(size >= 9.95 ? 1 : 2);
}

export type Options = {
  title: string;
  stops: readonly string[];
  low: number;
  high: number;
  inside?: readonly number[]; // 0 where a number lies outside of the image
  mark?: number; // a number that is framed
};

/** Return the picture of a matrix. */
export function matrix(values: ArrayLike<number>, height: number, width: number, options: Options): SVGSVGElement {
  const { title, stops, low, high, inside, mark } = options;
  const cell = Math.max(6, Math.min(37, Math.floor(ROOM / width)));
  const tall = cell >= LEGIBLE ? Math.round(cell * 0.68) : cell;
  const colors = table(stops);
  const rows: string[] = [];
  const root = svg("svg", { class: "mxw-matrix", width: Math.max(cell * width + 2, 6.4 * title.length), height: tall * height + 20, role: "img" });
  root.append(svg("text", { class: "mxw-matrix-title", x: 1, y: 11 }, title));
  for (let r = 0; r < height; r += 1) {
    const words: string[] = [];
    for (let c = 0; c < width; c += 1) {
      const at = r * width + c;
      const value = values[at] ?? NaN;
      const out = inside?.[at] === 0;
      const share = high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0.5;
      const index = 3 * Math.round((Number.isNaN(share) ? 0.5 : share) * 255);
      const color: RGB = out ? parse("#DADDE2") : [colors[index]!, colors[index + 1]!, colors[index + 2]!];
      const text = out ? "pad" : short(value);
      const [x, y] = [1 + c * cell, 17 + r * tall];
      root.append(svg("rect", { x, y, width: cell, height: tall, fill: `rgb(${color.join()})`, class: "mxw-matrix-cell" }, svg("title", {}, out ? "outside of the image" : numberText(value, 7))));
      if (cell >= LEGIBLE) root.append(svg("text", { class: "mxw-matrix-number", x: x + cell / 2, y: y + tall / 2 + 3.4, "text-anchor": "middle", fill: readable(color) }, text));
      words.push(text);
    }
    rows.push(words.join(" "));
  }
  if (mark !== undefined && mark >= 0) {
    root.append(svg("rect", { x: 2 + (mark % width) * cell, y: 18 + Math.floor(mark / width) * tall, width: cell - 2, height: tall - 2, class: "mxw-matrix-mark" }));
  }
  root.setAttribute("aria-label", `${title}, ${height} by ${width}: ${rows.join("; ")}`);
  return root;
}
