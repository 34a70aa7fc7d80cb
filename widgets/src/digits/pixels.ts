// From numbers to pixels on a canvas.
import { DIVERGING, NAN_COLOR, OVER_COLOR, parse, SEQUENTIAL, table, type RGB } from "../shared/color";

const INFINITE = 254; // as digits/tiles.py packs numbers
const NAN = 255;

/** Return the color of CSS as numbers from 0 to 255: "rgb(1, 2, 3)", or "color(srgb 0.1 0.2 0.3)". */
export function rgb(color: string): RGB {
  const found = (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number);
  return (color.startsWith("color") ? found.map((v) => v * 255) : found) as RGB;
}

/** Return the stops of the color map of a layer: signed where it has numbers below zero. */
export function stopsOf(low: number): string[] {
  return low < 0 ? DIVERGING : SEQUENTIAL;
}

/** Return an image of bytes as digits/tiles.py packs them. */
export function packed(values: Uint8Array, width: number, height: number, low: number): ImageData {
  const colors = table(stopsOf(low), 254);
  const special = [parse(OVER_COLOR), parse(NAN_COLOR)];
  return filled(width, height, (k) => {
    const value = values[k] ?? NAN;
    return value >= INFINITE ? special[value - INFINITE]! : [colors[3 * value]!, colors[3 * value + 1]!, colors[3 * value + 2]!];
  });
}

/** Return an image of ink, 0 to 255, on paper. */
export function inked(values: Uint8Array, size: number, paper: RGB, ink: RGB): ImageData {
  return filled(size, size, (k) => {
    const share = (values[k] ?? 0) / 255;
    return [0, 1, 2].map((c) => paper[c]! + share * (ink[c]! - paper[c]!)) as RGB;
  });
}

function filled(width: number, height: number, color: (at: number) => RGB): ImageData {
  const image = new ImageData(width, height);
  for (let k = 0; k < width * height; k += 1) {
    image.data.set(color(k), 4 * k);
    image.data[4 * k + 3] = 255;
  }
  return image;
}

/** Draw an image into a box of a canvas. */
export function paint(context: CanvasRenderingContext2D, image: ImageData, x: number, y: number, width: number, height: number, smooth = false): void {
  const source = document.createElement("canvas");
  source.width = image.width;
  source.height = image.height;
  source.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = smooth;
  context.drawImage(source, x, y, width, height);
}

/** Return black or white, whichever is read better on a color. */
export function readable(color: RGB): string {
  const [r, g, b] = color.map((v) => (v / 255) ** 2.2) as RGB;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.3 ? "#000" : "#fff";
}
