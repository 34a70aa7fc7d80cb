// One array of an equation, as a table with brackets, or as a tile; and the card of a Jacobian that is too large for either.
import { html, svg } from "../shared/dom";
import { DIVERGING, NAN_COLOR, OVER_COLOR, parse, table as colorTable } from "../shared/color";
import { cellColor, shapeText, short, type Grid } from "./shelf";

const PIXEL = 7;

export type Labels = { rows?: readonly string[]; columns?: readonly string[]; shape?: readonly number[] };

/** Return a matrix with its name above and its shape below. */
export function matrix(name: string, grid: Grid, labels: Labels = {}): HTMLElement {
  const shape = shapeText(labels.shape ?? grid.shape);
  const inner = grid.cells ? cells(grid, labels, `${name}, shape ${shape}`) : tile(grid, `${name}, shape ${shape}, ${grid.lines.join(", ")}`);
  const figure = html("div", { class: "mxs-matrix" }, html("div", { class: "mxs-name" }, name), grid.cells ? inner : html("div", { class: "mxs-brackets" }, inner),
    html("div", { class: "mxs-shape" }, shape));
  for (const line of grid.lines) figure.append(html("div", { class: "mxs-shape" }, line));
  return figure;
}

function cells(grid: Grid, labels: Labels, aria: string): HTMLTableElement {
  const table = html("table", { class: "mxs-cells", "aria-label": aria });
  if (labels.columns) {
    const head = html("tr", {}, html("td", { class: "mxs-corner" }));
    for (const text of labels.columns) head.append(html("th", { scope: "col" }, text));
    table.append(head);
  }
  for (let i = 0; i < grid.rows; i += 1) {
    const row = html("tr");
    if (labels.rows) row.append(html("th", { scope: "row" }, labels.rows[i] ?? ""));
    for (let j = 0; j < grid.columns; j += 1) {
      const value = grid.cells![i * grid.columns + j]!;
      const edges = `${j === 0 ? " mxs-left" : ""}${j === grid.columns - 1 ? " mxs-right" : ""}${i === 0 ? " mxs-top" : ""}${i === grid.rows - 1 ? " mxs-low" : ""}`;
      row.append(html("td", { class: `mxs-cell${edges}`, style: `background:${cellColor(value, grid.largest)}`, "data-row": i, "data-column": j }, short(value)));
    }
    table.append(row);
  }
  return table;
}

function tile(grid: Grid, aria: string): HTMLCanvasElement {
  const canvas = html("canvas", { class: "mxs-tile", width: grid.columns, height: grid.rows, role: "img", "aria-label": aria,
    style: `width:${Math.max(grid.columns * PIXEL, 24)}px;height:${Math.max(grid.rows * PIXEL, 12)}px` });
  const context = canvas.getContext("2d");
  if (context && grid.tile && grid.tile.length > 0) {
    const image = context.createImageData(grid.columns, grid.rows);
    const colors = colorTable(DIVERGING, 254);
    grid.tile.forEach((byte, k) => {
      const color = byte === 255 ? parse(NAN_COLOR) : byte === 254 ? parse(OVER_COLOR) : colors.subarray(3 * byte, 3 * byte + 3);
      image.data.set([color[0]!, color[1]!, color[2]!, 255], 4 * k);
    });
    context.putImageData(image, 0, 0);
  }
  return canvas;
}

/** Return the place of a result that is still to be predicted. */
export function hidden(name: string): HTMLElement {
  return html("div", { class: "mxs-matrix" }, html("div", { class: "mxs-name" }, name),
    html("div", { class: "mxs-brackets" }, html("div", { class: "mxs-hidden" }, "?")), html("div", { class: "mxs-shape" }, "your prediction"));
}

export function sign(text: string): HTMLElement {
  return html("div", { class: "mxs-sign" }, text);
}

/** Which cells of a 6 x 6 picture are filled, for each beginning of a structure's description. */
const PATTERNS: [start: string, filled: (i: number, j: number) => boolean][] = [
  ["diagonal with", (i, j) => j === i % 3],
  ["diagonal", (i, j) => i === j],
  ["rows", (i, j) => Math.floor(j / 2) === Math.floor(i / 2)],
  ["matrix", (i, j) => Math.floor(i / 2) === Math.floor(j / 2)],
  ["one full", (i, j) => Math.floor(i / 3) === Math.floor(j / 3)],
  ["full", (i, j) => Math.floor(i / 3) === Math.floor(j / 3)],
  ["zeros", (i, j) => (i * 5 + 2) % 6 === j],
  ["mostly", (i, j) => j >= i - 1 && j <= i + 1],
];

/** Return a local Jacobian in words, with a small picture of where it is not zero. */
export function card(size: readonly number[], structure: string, formula: string): HTMLElement {
  const [kind = "", ...rest] = structure.split(": ");
  const box = html("div", { class: "mxs-card" });
  const pattern = PATTERNS.find(([start]) => structure.startsWith(start))?.[1];
  if (pattern) {
    const picture = svg("svg", { viewBox: "0 0 42 42", width: 42, height: 42, "aria-hidden": "true" });
    for (let i = 0; i < 6; i += 1) {
      for (let j = 0; j < 6; j += 1) picture.append(svg("rect", { x: 7 * j, y: 7 * i, width: 6, height: 6, rx: 1, class: pattern(i, j) ? "mxs-on" : "mxs-off" }));
    }
    box.append(picture);
  }
  const words = html("div", {}, html("strong", {}, `${size[0]} × ${size[1]}`), html("div", {}, kind), html("div", { class: "mxs-shape" }, rest.join(": ")));
  if (formula) words.append(html("code", {}, `contribution = ${formula}`));
  box.append(words);
  return html("div", { class: "mxs-matrix" }, html("div", { class: "mxs-name" }, "local Jacobian"), box);
}
