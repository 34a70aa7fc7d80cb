// The surface on a canvas: colors, numbered lines of equal loss, and arrows downhill.
import { NAN_COLOR, OVER_COLOR, parse, SEQUENTIAL, table } from "../shared/color";
import { html } from "../shared/dom";
import { numberText } from "../shared/numbers";
import { arrow, contour, field, levels, limits, logFloor, type Surface } from "./bowl";

export const SIDE = 65; // places along a side

// shared/color's raster makes an object for each pixel; this one is drawn at every frame of a drag
const bytes = [...table(SEQUENTIAL), ...parse(NAN_COLOR), ...parse(OVER_COLOR)];
const INKS = Uint32Array.from({ length: 258 }, (_, k) => new Uint32Array(new Uint8Array([...bytes.slice(3 * k, 3 * k + 3), 255]).buffer)[0]!);

export type Look = { window: readonly number[]; log: boolean; slopes: boolean };
export type Heat = ReturnType<typeof makeHeat>;

/** Compute what is drawn of a surface; `draw` puts it on a canvas of any size. */
export function makeHeat(surface: Surface, { window, log, slopes }: Look) {
  const values = field(surface, window, SIDE);
  const [low, high] = limits(values);
  const logarithmic = log && high > 0;
  const start = logarithmic ? logFloor(low, high) : low;
  const shade = (value: number) => (logarithmic && Number.isFinite(value) ? Math.log(Math.max(value, start)) : value);
  const [from, to] = [shade(start), shade(high)];
  const pixels = html("canvas", { width: SIDE, height: SIDE });
  const image = new ImageData(SIDE, SIDE);
  const inks = new Uint32Array(image.data.buffer);
  values.forEach((value, k) => {
    const share = to > from ? (shade(value) - from) / (to - from) : 0.5;
    inks[k] = INKS[Number.isNaN(value) ? 256 : Number.isFinite(value) ? Math.round(255 * Math.min(Math.max(share, 0), 1)) : 257]!;
  });
  pixels.getContext("2d")?.putImageData(image, 0, 0);
  const lines = levels(low, high, log).map((level) => [level, contour(values, SIDE, level)] as const);

  function draw(context: CanvasRenderingContext2D, width: number, height: number): void {
    const [sx, sy] = [width / (SIDE - 1), height / (SIDE - 1)];
    context.drawImage(pixels, -sx / 2, -sy / 2, SIDE * sx, SIDE * sy);
    if (slopes) arrows(context, sx, sy);
    context.lineWidth = 1;
    const labels: [x: number, y: number, text: string][] = [];
    for (const [level, pieces] of lines) {
      context.strokeStyle = (shade(level) - from) / (to - from) > 0.45 ? "#fff9" : "#141e2880";
      context.beginPath();
      let best: [number, number] | undefined;
      const text = numberText(level, 7);
      const half = 3.3 * text.length + 4;
      for (let k = 0; k < pieces.length; k += 4) {
        const [x, y] = [pieces[k]! * sx, pieces[k + 1]! * sy];
        context.moveTo(x, y);
        context.lineTo(pieces[k + 2]! * sx, pieces[k + 3]! * sy);
        const room = x > half && x < width - half && y > 9 && y < height - 9 && labels.every(([p, q]) => Math.abs(x - p) > 40 || Math.abs(y - q) > 15);
        if (room && (!best || x - y > best[0] - best[1])) best = [x, y];
      }
      context.stroke();
      if (best) labels.push([...best, text]);
    }
    context.font = "600 10.5px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = "#ffffffe6";
    context.fillStyle = "#1f2328";
    for (const [x, y, text] of labels) {
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  }

  /** Draw small arrows downhill, longer where it is steeper. */
  function arrows(context: CanvasRenderingContext2D, sx: number, sy: number): void {
    const found: [x: number, y: number, dx: number, dy: number, size: number][] = [];
    for (let j = 4; j < SIDE - 1; j += 6) {
      for (let i = 4; i < SIDE - 1; i += 6) {
        const at = j * SIDE + i;
        const [dx, dy] = [(values[at - 1]! - values[at + 1]!) / sx, (values[at - SIDE]! - values[at + SIDE]!) / sy];
        const size = Math.hypot(dx, dy);
        if (size > 0 && size < Infinity) found.push([i * sx, j * sy, dx / size, dy / size, size]);
      }
    }
    const most = Math.max(...found.map((one) => one[4]));
    const path = new Path2D(found.map(([x, y, ux, uy, size]) => {
      const half = 2.5 + 4.5 * Math.sqrt(size / most);
      return arrow(x - ux * half, y - uy * half, x + ux * half, y + uy * half, 4);
    }).join(""));
    context.lineCap = context.lineJoin = "round";
    for (const [paint, width] of [["#fff9", 3], ["#333c46", 1.2]] as const) {
      context.strokeStyle = paint;
      context.lineWidth = width;
      context.stroke(path);
    }
  }

  return { draw, low, high, odd: values.some((value) => !Number.isFinite(value)) };
}
