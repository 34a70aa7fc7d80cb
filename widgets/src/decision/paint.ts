// The plane: field, borders between decisions, points, and the cursor of the keyboard.
import type { Theme } from "../shared/canvas";
import { parse, type RGB } from "../shared/color";
import { numberText } from "../shared/numbers";
import { Scale } from "../shared/scale";
import { contour } from "./contour";
import type { Layers } from "./layers";
import type { Field, Points, Setup } from "./model";

export type Box = { left: number; top: number; width: number; height: number };

/** Return the room of the plane inside a canvas: the numbers of the axes stand around it. */
export function room(width: number, height: number): Box {
  return { left: 52, top: 10, width: width - 64, height: height - 56 };
}

function rgb(color: string): RGB {
  const numbers = color.startsWith("#") ? parse(color) : (color.match(/[\d.]+/g) ?? ["255", "255", "255"]).slice(0, 3).map(Number);
  return numbers as RGB;
}

/** Return the field as pixels: the colors of the classes, mixed by probability, on the paper of the theme. */
export function pixels(field: Field, colors: readonly string[], paper: string): ImageData {
  const image = new ImageData(field.side, field.side);
  const [base, tints] = [rgb(paper), colors.map(rgb)];
  const nan = rgb("#CC79A7");
  const size = field.side * field.side;
  const single = field.channels.length === 1;
  const count = single ? 2 : field.channels.length;
  for (let k = 0; k < size; k += 1) {
    let [best, most] = [0, -1];
    for (let c = 0; c < field.channels.length; c += 1) {
      const p = field.channels[c]![k]!;
      if (single) [best, most] = p >= 0.5 ? [1, p] : [0, 1 - p];
      else if (p > most || Number.isNaN(p)) [best, most] = [c, p];
    }
    const sure = Number.isNaN(most) ? 1 : Math.min(Math.max((most - 1 / count) / (1 - 1 / count), 0), 1);
    const color = Number.isNaN(most) ? nan : (tints[best] ?? base);
    const strength = 0.06 + 0.42 * sure;
    for (let c = 0; c < 3; c += 1) image.data[4 * k + c] = Math.round(base[c]! + strength * (color[c]! - base[c]!));
    image.data[4 * k + 3] = 255;
  }
  return image;
}

export type Look = {
  setup: Setup;
  field: Field;
  points: Points;
  threshold: number;
  chosen: number;
  selected: number; // of the points, -1 for none
  held: boolean;
  cursor: { u: number; v: number } | undefined; // place of the keyboard's cursor in the unit square
};

export function scales(setup: Setup, box: Box): { x: Scale; y: Scale } {
  const [x0, x1, y0, y1] = setup.box;
  return { x: new Scale(x0, x1, box.left, box.left + box.width), y: new Scale(y0, y1, box.top + box.height, box.top) };
}

/** Draw what changes only with the model, the threshold, the theme and the size. */
export function backdrop(context: CanvasRenderingContext2D, theme: Theme, look: Look, box: Box, raster: HTMLCanvasElement): void {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.imageSmoothingEnabled = true;
  const side = raster.width - 1; // the outer points of the field lie on the border: half of their pixels is outside
  context.drawImage(raster, 0.5, 0.5, side, side, box.left, box.top, box.width, box.height);
  borders(context, theme, look, box);
  context.restore();
  axes(context, theme, look.setup, box, look.field);
}

export function paint(context: CanvasRenderingContext2D, theme: Theme, look: Look, layers: Layers, width: number, height: number): void {
  const { setup, points } = look;
  const ratio = context.getTransform().a;
  const box = room(width, height);
  const { x, y } = scales(setup, box);
  const back = layers.behind(theme, look, box, width, height, ratio);
  context.drawImage(back, 0, 0, back.width / ratio, back.height / ratio);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  const sprites = layers.sprites(theme, points.length > 800 ? 3.2 : 4.6, ratio);
  for (let k = 0; k < points.length; k += 1) {
    const { image, half } = sprites[points.label[k] ?? 0] ?? sprites[0]!;
    context.drawImage(image, x.at(points.x[k]!) - half, y.at(points.y[k]!) - half, image.width / ratio, image.height / ratio);
  }
  if (look.selected >= 0 && look.selected < points.length) {
    context.beginPath();
    context.arc(x.at(points.x[look.selected]!), y.at(points.y[look.selected]!), 10, 0, 2 * Math.PI);
    context.strokeStyle = theme.accent;
    context.lineWidth = look.held ? 4 : 2;
    context.stroke();
  }
  if (look.cursor) {
    const [cx, cy] = [box.left + look.cursor.u * box.width, box.top + look.cursor.v * box.height];
    for (const [color, width] of [[theme.paper, 4], [theme.accent, 2]] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
        context.moveTo(cx + 4 * dx, cy + 4 * dy);
        context.lineTo(cx + 14 * dx, cy + 14 * dy);
      }
      context.stroke();
    }
  }
  context.restore();
}

function borders(context: CanvasRenderingContext2D, theme: Theme, look: Look, box: Box): void {
  const { field } = look;
  const step = { x: box.width / (field.side - 1), y: box.height / (field.side - 1) };
  context.beginPath();
  const draw = (x1: number, y1: number, x2: number, y2: number): void => {
    context.moveTo(box.left + x1 * step.x, box.top + y1 * step.y);
    context.lineTo(box.left + x2 * step.x, box.top + y2 * step.y);
  };
  if (field.channels.length === 1) {
    const own = field.channels[0]!;
    contour(look.chosen === 1 ? own : own.map((p) => 1 - p), field.side, look.threshold, draw);
  } else {
    field.channels.forEach((own, c) => {
      const lead = own.map((p, k) => p - Math.max(...field.channels.filter((_, other) => other !== c).map((other) => other[k]!)));
      contour(lead, field.side, 0, draw);
    });
  }
  context.lineCap = "round";
  for (const [color, width] of [[theme.paper, 4.5], [theme.ink, 2]] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
}

function axes(context: CanvasRenderingContext2D, theme: Theme, setup: Setup, box: Box, field: Field): void {
  const { x, y } = scales(setup, box);
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
  context.font = "10.5px system-ui, sans-serif";
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  for (const value of x.ticks(5)) context.fillText(numberText(value), x.at(value), box.top + box.height + 15);
  context.fillText(setup.features[0], box.left + box.width / 2, box.top + box.height + 33);
  context.textAlign = "right";
  for (const value of y.ticks(5)) context.fillText(numberText(value), box.left - 6, y.at(value) + 3.5);
  context.save();
  context.translate(12, box.top + box.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(setup.features[1], 0, 0);
  context.restore();
  if (field.channels.length === 0) context.fillText("no answer", box.left + box.width / 2, box.top + box.height / 2);
}
