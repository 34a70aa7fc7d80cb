// What each layer computed: a row of feature maps, or of cells, for each layer. One of them can be chosen.
import { Canvas, type Theme } from "../shared/canvas";
import { html } from "../shared/dom";
import { numberText } from "../shared/numbers";
import type { LayerInfo } from "./model";
import { keyed, part } from "./parts";
import { image, shades, stopsOf } from "./pixels";

const LEAST = 18; // pixels of a tile
const MOST = 46;

export type Box = [top: number, left: number, height: number, width: number];
export type Grid = { line: number; lines: number; width: number; height: number; gap: number };
type Extent = Pick<LayerInfo, "cells" | "count" | "height" | "width">;

/** Return how the tiles of a layer are laid out in a room so many pixels wide. */
export function grid({ cells, count, height, width }: Extent, room: number): Grid {
  const gap = cells && count > 64 ? 0 : 2;
  const line = cells ? (count <= 64 ? count : Math.min(count, 128)) : Math.max(1, Math.min(count, Math.floor(room / (LEAST + gap))));
  const wide = Math.min(room / line - gap, cells ? 28 : MOST);
  const tall = cells ? Math.max(10, Math.min(wide, 20)) : Math.min((wide * height) / width, 2 * MOST);
  return { line, lines: Math.ceil(count / line), width: wide, height: tall, gap };
}

/** Return the left upper corner of a tile. */
export function corner({ line, width, height, gap }: Grid, number: number): [x: number, y: number] {
  return [(number % line) * (width + gap), Math.floor(number / line) * (height + 2)];
}

/** Return the number of the tile at a place, -1 where there is none. */
export function hit({ line, width, height, gap }: Grid, count: number, x: number, y: number): number {
  const column = Math.floor(x / (width + gap));
  const number = Math.floor(y / (height + 2)) * line + column;
  return column >= 0 && column < line && number >= 0 && number < count ? number : -1;
}

/** Draw a frame that is seen on every color. */
export function frame(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  for (const [color, line] of [["#000", 3.5], ["#f0e442", 1.5]] as const) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.strokeRect(x, y, width, height);
  }
}

type Row = {
  element: HTMLElement;
  canvas: Canvas;
  show(values: Uint8Array, scale: [number, number]): void;
  choose(number: number): void;
  mark(box: Box | undefined, map: number): void;
};

function makeRow(layer: LayerInfo, pick: (number: number) => void, on: { signal: AbortSignal }): Row {
  const { name, kind, activation, shape, count, total, height, width, cells } = layer;
  const noun = cells ? "unit" : "map";
  let chosen = -2; // not yet said that there is none
  let values: Uint8Array = new Uint8Array(0);
  let low = 0;
  let read: Box | undefined; // what the number that is looked at reads, in the map `where`
  let where = -1;
  const canvas = new Canvas(draw, (room) => {
    const { lines, height } = grid(layer, room);
    return lines * (height + 2);
  });
  const what = [kind, activation].filter(Boolean).join(", ");
  const extent = count < total ? `${shape}, ${count} shown` : shape;
  const range = html("span");
  const handle = html("div", { class: "mxw-tiles", role: "slider", "aria-label": `${name}: ${what}, ${extent}; choose a ${noun}`, "aria-valuemin": 0, "aria-valuemax": count - 1 }, canvas.element);
  handle.addEventListener("click", (event) => {
    const { x, y } = canvas.point(event);
    const number = hit(grid(layer, canvas.width), count, x, y);
    if (number >= 0) pick(number);
  }, on);
  keyed(handle, (key, event) => {
    const { line } = grid(layer, canvas.width || 480);
    const at = Math.max(chosen, 0);
    const to = ({ ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + line, ArrowUp: at - line, Home: 0, End: count - 1, Enter: at, " ": at } as Record<string, number>)[key];
    if (to === undefined || event.ctrlKey || event.metaKey) return false;
    pick(chosen < 0 && key.startsWith("Arrow") ? 0 : Math.min(Math.max(to, 0), count - 1));
    return true;
  }, on);

  function draw(context: CanvasRenderingContext2D, theme: Theme): void {
    const laid = grid(layer, canvas.width);
    const joined = laid.gap ? 1 : laid.line; // cells without gaps are drawn a line at a time
    const maps = image(values, width * joined, shades(stopsOf(low))); // one above the other, as they come
    context.imageSmoothingEnabled = false;
    context.beginPath();
    for (let k = 0; k < count; k += joined) {
      const [x, y] = corner(laid, k);
      context.drawImage(maps, 0, (k / joined) * height, width * joined, height, x, y, laid.width * joined, laid.height);
      if (laid.gap) context.rect(x + 0.5, y + 0.5, laid.width - 1, laid.height - 1);
    }
    context.strokeStyle = theme.border;
    context.stroke();
    if (read && where >= 0 && where < count) {
      const [x, y] = corner(laid, where);
      const [across, down] = [laid.width / width, laid.height / height];
      frame(context, x + read[1] * across, y + read[0] * down, read[3] * across, read[2] * down);
    }
    if (chosen < 0) return;
    const [x, y] = corner(laid, chosen);
    context.strokeStyle = theme.accent;
    context.lineWidth = 2.5;
    context.strokeRect(x + 1, y + 1, laid.width - 2, laid.height - 2);
  }

  const row: Row = {
    element: part("div", "layer", part("div", "label", html("strong", { title: name }, name), html("span", { title: what }, what), html("span", {}, `${extent} · `, range)), handle),
    canvas,
    show(next, [least, most]) {
      [values, low] = [next, least];
      range.textContent = `${numberText(least, 3)} … ${numberText(most, 3)}`;
      canvas.redraw();
    },
    choose(number) {
      if (number === chosen) return;
      chosen = number;
      handle.setAttribute("aria-valuenow", String(Math.max(number, 0)));
      handle.setAttribute("aria-valuetext", number < 0 ? `no ${noun} chosen` : `${noun} ${number} of ${count}`);
      canvas.redraw();
    },
    mark(box, map) {
      if (!box && !read) return;
      [read, where] = [box, map];
      canvas.redraw();
    },
  };
  row.choose(-1);
  return row;
}

export type Strip = {
  element: HTMLElement;
  canvases: Canvas[];
  show(maps: Uint8Array, scales: [number, number][]): void;
  /** Return the bytes of one map. */
  map(maps: Uint8Array, layer: number, map: number): Uint8Array;
  choose(layer: number, map: number): void;
  /** Mark what is read in a map of one layer; in those of all others nothing. */
  mark(layer: number, box: Box | undefined, map: number): void;
};

/** Return the rows of all layers; `pick` is called with the layer and the map that a reader chooses. */
export function makeStrip(layers: LayerInfo[], pick: (layer: number, map: number) => void, on: { signal: AbortSignal }): Strip {
  const rows = layers.map((layer, k) => makeRow(layer, (map) => pick(k, map), on));
  const starts = [0]; // of each layer in the bytes of all
  for (const { count, height, width } of layers) starts.push(starts.at(-1)! + count * height * width);
  const element = part("section", "strip", ...rows.map((row) => row.element));
  element.setAttribute("aria-label", "What each layer computed");
  if (layers.length === 0) element.append(part("p", "caption", "This function has no layers to look into."));
  return {
    element,
    canvases: rows.map((row) => row.canvas),
    show(maps, scales) {
      rows.forEach((row, k) => row.show(maps.subarray(starts[k], starts[k + 1]), scales[k] ?? [0, 1]));
    },
    map(maps, layer, map) {
      const { height, width } = layers[layer]!;
      const start = starts[layer]! + map * height * width;
      return maps.subarray(start, start + height * width);
    },
    choose(layer, map) {
      rows.forEach((row, k) => row.choose(k === layer ? map : -1));
    },
    mark(layer, box, map) {
      rows.forEach((row, k) => row.mark(k === layer ? box : undefined, map));
    },
  };
}
