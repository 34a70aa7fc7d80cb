// The color maps of mxlearn.drawing.raster, and the colors of series; a test holds the two against each other.
export type RGB = [number, number, number];

export const SEQUENTIAL = ["#F7FBFF", "#9BCDEB", "#3B8DC4", "#0B559F", "#08264F"]; // small to large
export const DIVERGING = ["#0B4F8A", "#4C9AD1", "#F7F7F7", "#E8884A", "#A63C00"]; // negative, zero, positive
export const GRAYS = ["#FFFFFF", "#000000"]; // no ink to full ink
export const NAN_COLOR = "#CC79A7";
export const OVER_COLOR = "#F0E442"; // infinite
export const SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

export function parse(hex: string): RGB {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as RGB;
}

/** Return the colors of a map at `count` equally distant places, as RGB bytes one after the other. */
export function table(stops: readonly string[], count = 256): Uint8Array {
  const colors = stops.map(parse);
  const out = new Uint8Array(3 * count);
  for (let k = 0; k < count; k += 1) {
    const at = (k / (count - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const [a, b] = [colors[low]!, colors[low + 1]!];
    for (let c = 0; c < 3; c += 1) out[3 * k + c] = Math.round(a[c]! + (at - low) * (b[c]! - a[c]!));
  }
  return out;
}

/** Return an image of a matrix, one pixel for each number; NaN and infinities have colors of their own. */
export function raster(values: ArrayLike<number>, width: number, height: number, stops: readonly string[], low: number, high: number): ImageData {
  const image = new ImageData(width, height);
  const colors = table(stops);
  const [nan, over] = [parse(NAN_COLOR), parse(OVER_COLOR)];
  const span = high - low;
  for (let k = 0; k < width * height; k += 1) {
    const value = values[k] ?? NaN;
    let color: ArrayLike<number>;
    if (Number.isNaN(value)) color = nan;
    else if (!Number.isFinite(value)) color = over;
    else {
      const share = span > 0 ? Math.min(Math.max((value - low) / span, 0), 1) : 0.5;
      const at = 3 * Math.round(share * 255);
      color = colors.subarray(at, at + 3);
    }
    image.data[4 * k] = color[0]!;
    image.data[4 * k + 1] = color[1]!;
    image.data[4 * k + 2] = color[2]!;
    image.data[4 * k + 3] = 255;
  }
  return image;
}
