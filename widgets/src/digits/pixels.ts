// From numbers to pixels on a canvas.
import { DIVERGING, NAN_COLOR, OVER_COLOR, parse, SEQUENTIAL, table, type RGB } from "../shared/color";

const [INFINITE, NAN] = [254, 255]; // as digits/tiles.py packs numbers

/** Return the color of CSS as numbers from 0 to 255: "rgb(1, 2, 3)", or "color(srgb 0.1 0.2 0.3)". */
export function rgb(color: string): RGB {
  const found = (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number);
  return (color.startsWith("color") ? found.map((v) => v * 255) : found) as RGB;
}

/** Return the stops of the color map of a layer: signed where it has numbers below zero. */
export function stopsOf(low: number): string[] {
  return low < 0 ? DIVERGING : SEQUENTIAL;
}

/** The color of each byte, as canvases keep it: red in the lowest bits. */
export type Palette = Uint32Array;

const bits = ([r, g, b]: Iterable<number>): number => (255 << 24) | (b! << 16) | (g! << 8) | r!;
const palettes = new Map<readonly string[], Palette>();

/** Return the colors of numbers as digits/tiles.py packs them into bytes: 254 shades, infinite, NaN. */
export function shades(stops: readonly string[]): Palette {
  let found = palettes.get(stops);
  if (!found) {
    const colors = table(stops, INFINITE);
    const shade = (k: number) => (k === INFINITE ? parse(OVER_COLOR) : k === NAN ? parse(NAN_COLOR) : colors.subarray(3 * k, 3 * k + 3));
    palettes.set(stops, (found = Uint32Array.from({ length: 256 }, (_, k) => bits(shade(k)))));
  }
  return found;
}

/** Return the colors of ink, 0 to 255, on paper. */
export function inks(paper: string, ink: string): Palette {
  const [from, to] = [rgb(paper), rgb(ink)];
  return Uint32Array.from({ length: 256 }, (_, k) => bits(from.map((value, c) => Math.round(value + (k / 255) * (to[c]! - value)))));
}

/** Return an image of bytes, on a canvas of its own. */
export function image(values: Uint8Array, width: number, palette: Palette): HTMLCanvasElement {
  const data = new ImageData(width, Math.max(1, Math.ceil(values.length / width)));
  const out = new Uint32Array(data.data.buffer);
  for (let k = 0; k < out.length; k += 1) out[k] = palette[values[k]!]!;
  return framed(data);
}

/** Return a canvas that shows an image, to be drawn on others. */
export function framed(data: ImageData): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [data.width, data.height];
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  return canvas;
}

/** Return black or white, whichever is read better on a color. */
export function readable(color: RGB): string {
  const [r, g, b] = color.map((v) => (v / 255) ** 2.2) as RGB;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.3 ? "#000" : "#fff";
}
