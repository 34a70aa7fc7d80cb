// What the network gets, and what it looks at: the input, and beside it a gradient or an occlusion map.
import { Canvas, type Theme } from "../shared/canvas";
import { DIVERGING, raster } from "../shared/color";
import { html } from "../shared/dom";
import { numberText } from "../shared/numbers";
import type { About, HeatInfo } from "./model";
import { cross } from "./pad";
import { part } from "./parts";
import { framed, image, inks } from "./pixels";
import { frame, type Box } from "./strip";

function figure(canvas: Canvas, caption: HTMLElement): HTMLElement {
  return html("figure", {}, part("div", "square", canvas.element), caption);
}

export type Input = { element: HTMLElement; canvas: Canvas; show(picture: Uint8Array, centered: boolean, sample: number): void; mark(box: Box | undefined): void };

/** Return the picture of the network's input. */
export function makeInput({ size, inner }: About): Input {
  let picture: Uint8Array = new Uint8Array(0);
  let marked = false;
  let read: Box | undefined; // what the number that is looked at reads
  const caption = part("p", "caption");
  const canvas = new Canvas((context, theme) => {
    const side = canvas.width;
    context.imageSmoothingEnabled = false;
    context.drawImage(image(picture, size, inks(theme.card, theme.ink)), 0, 0, side, side);
    if (marked) cross(context, side / 2, side / 2, theme);
    if (read) {
      const [top, left, height, width] = read.map((pixels) => (pixels * side) / size) as Box;
      frame(context, left, top, width, height);
    }
  }, (width) => width, "What the network gets");
  return {
    element: figure(canvas, caption),
    canvas,
    show(next, centered, sample) {
      picture = next;
      marked = centered && next.some((value) => value > 0);
      const how = sample >= 0 ? `as sample ${sample} is stored` : centered ? `cropped, scaled to ${inner} × ${inner}, mass in the middle` : "the pad as it is";
      caption.textContent = `The network gets ${size} × ${size}: ${how}`;
      canvas.element.setAttribute("aria-label", caption.textContent);
      canvas.redraw();
    },
    mark(box) {
      read = box;
      canvas.redraw();
    },
  };
}

/** Return what an overlay says in words: its strongest places. */
export function strongest(values: ArrayLike<number>, size: number): string {
  let [low, high] = [0, 0];
  for (let k = 1; k < values.length; k += 1) {
    if (values[k]! > values[high]!) high = k;
    if (values[k]! < values[low]!) low = k;
  }
  const at = (k: number) => `${numberText(values[k]!, 3)} at row ${Math.floor(k / size)}, column ${k % size}`;
  return [values[high]! > 0 ? `most ${at(high)}` : "", values[low]! < 0 ? `least ${at(low)}` : ""].filter(Boolean).join("; ") || "zero everywhere";
}

export type Heat = { element: HTMLElement; canvas: Canvas; show(values: Float32Array, info: HeatInfo, picture: Uint8Array): void };

/** Return the picture of a gradient or an occlusion map, with the outline of the ink and signs on the strongest places. */
export function makeHeat({ size, patch }: About): Heat {
  let values: Float32Array = new Float32Array(0);
  let picture: Uint8Array = new Uint8Array(0);
  let bound = 1;
  const caption = part("p", "caption");
  const canvas = new Canvas(draw, (width) => width, "no overlay");
  const element = figure(canvas, caption);
  element.hidden = true;

  function draw(context: CanvasRenderingContext2D, theme: Theme): void {
    const side = canvas.width;
    const pixel = side / size;
    if (values.length < size * size) return;
    context.imageSmoothingEnabled = false;
    context.drawImage(framed(raster(values, size, size, DIVERGING, -bound, bound)), 0, 0, side, side);
    const inside = (row: number, column: number) => row >= 0 && column >= 0 && row < size && column < size && picture[row * size + column]! >= 128;
    const draw = (color: string, lines: number[][]): void => {
      context.strokeStyle = color;
      context.beginPath();
      for (const [x1, y1, x2, y2] of lines) {
        context.moveTo(x1! * pixel, y1! * pixel);
        context.lineTo(x2! * pixel, y2! * pixel);
      }
      context.stroke();
    };
    const [edges, signs]: [number[][], number[][]] = [[], []];
    for (let y = 0; y <= size; y += 1) {
      for (let x = 0; x <= size; x += 1) {
        if (inside(y, x) !== inside(y - 1, x)) edges.push([x, y, x + 1, y]);
        if (inside(y, x) !== inside(y, x - 1)) edges.push([x, y, x, y + 1]);
        const value = x < size && y < size && x % 2 === 0 && y % 2 === 0 ? values[y * size + x]! : 0;
        if (Math.abs(value) < 0.5 * bound) continue; // the strongest bear their sign: color is not all
        signs.push([x, y + 0.5, x + 1, y + 0.5]);
        if (value > 0) signs.push([x + 0.5, y, x + 0.5, y + 1]);
      }
    }
    draw("#222", edges);
    draw("#fff", signs);
    context.strokeStyle = theme.border;
    context.strokeRect(0.5, 0.5, side - 1, side - 1);
  }

  return {
    element,
    canvas,
    show(next, info, ink) {
      element.hidden = next.length === 0;
      [values, picture, bound] = [next, ink, info.bound || 1];
      const meaning = info.kind === "gradient" ? "+ more ink there raises it, − lowers it" : `+ it falls where ${patch} × ${patch} pixels are covered, − it rises`;
      caption.replaceChildren(html("strong", {}, info.text ?? ""), `: ${meaning}; ${strongest(next, size)}`);
      canvas.element.setAttribute("aria-label", caption.textContent ?? "");
      canvas.redraw();
    },
  };
}
