// Draws a layout on a canvas: as many elements as a large graph has are too slow to move. A mirror of elements, which
// nobody sees, takes the focus.
import { Canvas, type Theme } from "../shared/canvas";
import { html } from "../shared/dom";
import type { Size, View } from "../shared/viewport";
import { Mirror } from "./mirror";
import { styleOf, touches, type Book, type Layout, type Wire, type WireStyle } from "./model";
import { ending } from "./paths";
import { keyOf, type Surface } from "./surface";
import type { Stop } from "./walk";

const BAND = 400; // height of the strips into which lines are gathered, pixels of the drawing
const READABLE = 0.42; // scale below which text is not drawn
const FOUND = "rgba(240, 228, 66, 0.36)";
const WIDTHS = { data: 1.4, gradient: 1.7, kept: 1.1 };

const SHAPED = 0.3; // scale below which a box is a spot of color
const MARGIN = 0.35; // of the window, drawn beyond each of its borders

type Sheet = { image: HTMLCanvasElement; x: number; y: number; scale: number; width: number; height: number };
type Strip = { style: WireStyle; top: number; bottom: number; lines: Path2D; tips: Path2D };

export class Pixels implements Surface {
  readonly root: HTMLDivElement;
  private readonly canvas: Canvas;
  private readonly mirror: Mirror;
  private layout: Layout | undefined;
  private places: readonly Stop[] = [];
  private strips: Strip[] | undefined;
  private readonly shapes = new Map<string, [outline: Path2D, band: Path2D, second: Path2D | undefined]>();
  private view: View = { x: 0, y: 0, scale: 1 };
  private room: Size = { width: 640, height: 240 };
  private selected = "";
  private hovered = "";
  private found: ReadonlySet<string> = new Set();
  private sheet: Sheet | undefined;
  private theme: Theme | undefined;
  private drawnAt = 0;

  constructor(private readonly book: Book) {
    this.canvas = new Canvas((context, theme) => this.draw(context, theme), () => this.room.height);
    this.mirror = new Mirror(book);
    this.root = html("div", { class: "mxw-paint" }, this.canvas.element, this.mirror.root);
    for (const event of ["focusin", "focusout"]) this.root.addEventListener(event, () => this.look(this.view));
  }

  /** Begin to draw: the root stands in the page. */
  start(): void {
    this.canvas.start();
  }

  show(layout: Layout, places: readonly Stop[]): void {
    this.layout = layout;
    this.places = places;
    this.strips = this.sheet = undefined;
    this.mirror.show(layout, places);
    this.canvas.redraw();
  }

  look(view: View): void {
    this.view = view;
    const key = this.mirror.focused();
    const stop = key ? this.places.find((place) => place.key === key) : undefined;
    if (stop) this.mirror.put(stop, stop.x * view.scale + view.x, stop.y * view.scale + view.y, view.scale);
    this.canvas.redraw();
  }

  resize(room: Size): void {
    this.room = room;
    this.root.style.height = `${room.height}px`;
    this.canvas.redraw();
  }

  has(key: string): boolean {
    return this.mirror.element(key) !== undefined;
  }

  focus(key: string): void {
    this.mirror.element(key)?.focus({ preventScroll: true });
  }

  keyAt(event: Event): string {
    if (!(event instanceof MouseEvent)) return keyOf(event.target);
    const at = this.canvas.point(event);
    const [x, y] = [(at.x - this.view.x) / this.view.scale, (at.y - this.view.y) / this.view.scale];
    return this.places.find((stop) => x >= stop.x && x <= stop.x + stop.width && y >= stop.y && y <= stop.y + stop.height)?.key ?? "";
  }

  select(key: string): void {
    this.selected = key;
    this.mirror.select(key);
    this.canvas.redraw();
  }

  rove(key: string): void {
    this.mirror.rove(key);
  }

  mark(found: ReadonlySet<string>): void {
    if (found.size > 0 || this.found.size > 0) this.sheet = undefined;
    this.found = found;
    this.canvas.redraw();
  }

  hover(key: string): void {
    if (key === this.hovered) return;
    this.hovered = key;
    this.canvas.element.style.cursor = key ? "pointer" : "";
    this.canvas.redraw();
  }

  close(): void {
    this.canvas.stop();
    this.sheet = undefined;
    this.root.remove();
  }

  // -- painting ------------------------------------------------------------------------------------------------------
  private draw(context: CanvasRenderingContext2D, theme: Theme): void {
    const { view, layout } = this;
    if (!layout) return;
    const { width, height } = this.canvas;
    const moved = view.scale === this.drawnAt;
    this.drawnAt = view.scale;
    if (theme !== this.theme) this.sheet = undefined;
    this.theme = theme;
    if (this.sheet?.scale !== view.scale || !covers(this.sheet, view, width, height)) {
      this.sheet = moved ? this.print(theme) : undefined; // while it is zoomed, a sheet would serve for one frame
    }
    if (this.sheet) {
      const { image, x, y, scale } = this.sheet;
      context.drawImage(image, view.x + x * scale, view.y + y * scale, image.width / this.ratio, image.height / this.ratio);
    }
    context.translate(view.x, view.y);
    context.scale(view.scale, view.scale);
    if (!this.sheet) this.paint(context, theme, -view.x / view.scale, -view.y / view.scale, width / view.scale, height / view.scale);
    this.drawNear(context, theme, layout.wires);
    const focus = this.mirror.focused();
    for (const { key, x, y, width: w, height: h } of this.places) {
      if (key !== this.hovered && key !== this.selected && key !== focus) continue;
      const box = layout.frames.every(([group]) => key !== `g${group}`);
      if (key === this.hovered && box) this.drawEdge(context, key, x, y);
      if (key !== this.selected && key !== focus) continue;
      context.beginPath();
      if (box) context.roundRect(x - 6, y - 6, w + 12, h + 12, 11);
      else context.roundRect(x - 4, y - 2, w + 4, h + 2, 5);
      context.strokeStyle = theme.accent;
      context.lineWidth = key === focus ? 3.5 : 2.5;
      context.stroke();
    }
  }

  private get ratio(): number {
    return window.devicePixelRatio || 1;
  }

  /** Return a sheet with what is seen, and a margin around it, so that moving the view is to move the sheet. */
  private print(theme: Theme): Sheet | undefined {
    const { view, ratio } = this;
    const margin = { x: MARGIN * this.canvas.width, y: MARGIN * this.canvas.height };
    const image = document.createElement("canvas");
    image.width = Math.ceil((this.canvas.width + 2 * margin.x) * ratio);
    image.height = Math.ceil((this.canvas.height + 2 * margin.y) * ratio);
    const context = image.getContext("2d");
    if (!context) return undefined;
    const [x, y] = [(-view.x - margin.x) / view.scale, (-view.y - margin.y) / view.scale];
    context.scale(ratio * view.scale, ratio * view.scale);
    context.translate(-x, -y);
    this.paint(context, theme, x, y, image.width / ratio / view.scale, image.height / ratio / view.scale);
    return { image, x, y, scale: view.scale, width: image.width / ratio, height: image.height / ratio };
  }

  /** Draw all that stays the same while the mouse and the selection move, in the units of the layout. */
  private paint(context: CanvasRenderingContext2D, theme: Theme, left: number, top: number, width: number, height: number): void {
    const { layout } = this;
    if (!layout) return;
    const [right, bottom] = [left + width, top + height];
    const text = this.view.scale >= READABLE;
    const font = getComputedStyle(this.root).fontFamily;

    for (const [, , , x, y, width, height, gradient] of layout.frames) {
      context.beginPath();
      context.roundRect(x, y, width, height, 10);
      context.globalAlpha = 0.045;
      context.fillStyle = theme.ink;
      context.fill();
      context.globalAlpha = gradient ? 1 : 0.4;
      context.strokeStyle = gradient ? theme.back : theme.line;
      context.lineWidth = 1;
      context.stroke();
      context.globalAlpha = 1;
    }
    this.strips ??= gather(layout.wires);
    for (const strip of this.strips) {
      if (strip.bottom < top || strip.top > bottom) continue;
      context.strokeStyle = context.fillStyle = strip.style === "data" ? theme.line : theme.back;
      context.globalAlpha = strip.style === "kept" ? 0.62 : 1;
      context.lineWidth = WIDTHS[strip.style];
      context.setLineDash(strip.style === "kept" ? [4, 4] : []);
      context.stroke(strip.lines);
      context.setLineDash([]);
      context.fill(strip.tips);
    }
    context.globalAlpha = 1;

    const seen = layout.items.filter(([key, x, y]) =>
      x < right + 8 && y < bottom + 8 && x + this.book.item(key)[4] > left - 8 && y + this.book.table.height > top - 8);
    for (const [key, x, y] of seen) {
      if (this.view.scale < SHAPED) this.drawSpot(context, theme, key, x, y);
      else this.drawBox(context, theme, key, x, y);
    }
    if (!text) return;
    context.textBaseline = "alphabetic";
    const middle = this.book.table.height / 2 + 4.5;
    context.font = `600 12.5px ${font}`;
    context.fillStyle = theme.ink;
    for (const [key, x, y] of seen) {
      const [, title, subtitle] = this.book.item(key);
      context.fillText(title, x + 33, y + (subtitle ? 17.5 : middle));
    }
    context.font = `11px ${font}`;
    context.fillStyle = theme.muted;
    for (const [key, x, y] of seen) context.fillText(this.book.item(key)[2], x + 33, y + 32);
    context.font = `600 13px ${font}`;
    context.textAlign = "center";
    for (const [key, x, y] of seen) {
      const look = this.book.table.kinds[this.book.item(key)[0]];
      context.fillStyle = look?.ink ?? "#000";
      context.fillText(look?.sign ?? "", x + 12.5, y + middle);
    }
    context.textAlign = "start";
    this.drawTitles(context, theme, font);
    context.font = `10.5px ${font}`;
    context.lineWidth = 3;
    context.lineJoin = "round";
    for (const [x, y, label] of layout.labels) {
      if (x > right || y < top || y > bottom + 12 || x < left - 120) continue;
      context.strokeStyle = theme.paper;
      context.strokeText(label, x, y);
      context.fillStyle = theme.muted;
      context.fillText(label, x, y);
    }
  }

  private shape(key: string): [outline: Path2D, band: Path2D, second: Path2D | undefined] {
    const [kind, , , , width] = this.book.item(key);
    const name = `${kind} ${width}`;
    let shape = this.shapes.get(name);
    if (!shape) {
      const [outline, band, second] = this.book.outline(key);
      shape = [new Path2D(outline), new Path2D(band), second ? new Path2D(second) : undefined];
      this.shapes.set(name, shape);
    }
    return shape;
  }

  private color(key: string): string {
    return this.book.table.kinds[this.book.item(key)[0]]?.color ?? "#888";
  }

  /** Draw a box that is seen from far away. */
  private drawSpot(context: CanvasRenderingContext2D, theme: Theme, key: string, x: number, y: number): void {
    const [width, height] = [this.book.item(key)[4], this.book.table.height];
    context.fillStyle = this.color(key);
    context.fillRect(x, y, width, height);
    context.fillStyle = this.found.has(key) ? "#f0e442" : theme.card;
    context.fillRect(x + 24, y + 2.5, width - 26.5, height - 5);
  }

  private drawEdge(context: CanvasRenderingContext2D, key: string, x: number, y: number): void {
    context.translate(x, y);
    context.strokeStyle = this.color(key);
    context.lineWidth = 2.6;
    context.stroke(this.shape(key)[0]);
    context.translate(-x, -y);
  }

  private drawBox(context: CanvasRenderingContext2D, theme: Theme, key: string, x: number, y: number): void {
    const kind = this.book.item(key)[0];
    const color = this.color(key);
    const [outline, band, second] = this.shape(key);
    context.translate(x, y);
    context.strokeStyle = color;
    if (second) {
      const double = kind === "output" || kind === "loss" ? 3.5 : 0;
      context.translate(-double, -double);
      context.lineWidth = double ? 1.2 : 1.5;
      context.stroke(second);
      context.translate(double, double);
    }
    context.fillStyle = theme.card;
    context.fill(outline);
    if (this.found.has(key)) {
      context.fillStyle = FOUND;
      context.fill(outline);
    }
    context.fillStyle = color;
    context.fill(band);
    context.lineWidth = 1.5;
    context.stroke(outline);
    context.translate(-x, -y);
  }

  private drawTitles(context: CanvasRenderingContext2D, theme: Theme, font: string): void {
    context.font = `600 11px ${font}`;
    for (const [, title, x, , y] of this.layout?.frames ?? []) {
      context.lineWidth = 1;
      context.strokeStyle = theme.line;
      context.fillStyle = theme.card;
      context.beginPath();
      context.roundRect(x, y + 6, 12, 12, 3);
      context.fill();
      context.stroke();
      context.beginPath();
      context.moveTo(x + 3, y + 12);
      context.lineTo(x + 9, y + 12);
      context.strokeStyle = theme.ink;
      context.lineWidth = 1.5;
      context.stroke();
      context.fillStyle = theme.muted;
      context.fillText(title, x + 17, y + 16);
    }
  }

  /** Draw the lines that touch the selected item once more, in front. */
  private drawNear(context: CanvasRenderingContext2D, theme: Theme, wires: readonly Wire[]): void {
    if (!this.selected) return;
    const near = wires.filter((wire) => touches(wire, this.selected));
    for (const strip of gather(near)) {
      context.strokeStyle = context.fillStyle = theme.accent;
      context.lineWidth = 2.4;
      context.stroke(strip.lines);
      context.fill(strip.tips);
    }
  }
}

/** Tell whether a sheet has all that a window of a view shows. */
function covers(sheet: Sheet, view: View, width: number, height: number): boolean {
  const [left, top] = [view.x + sheet.x * sheet.scale, view.y + sheet.y * sheet.scale];
  return left <= 0.5 && top <= 0.5 && left + sheet.width >= width - 0.5 && top + sheet.height >= height - 0.5;
}

/** Return lines gathered into a few paths: one for each style and strip of the drawing. */
function gather(wires: readonly Wire[]): Strip[] {
  const strips = new Map<string, Strip>();
  for (const wire of wires) {
    const path = wire[2];
    const { style, arrow } = styleOf(wire);
    const end = ending(path);
    const name = `${style} ${Math.floor(Math.min(end.y, end.y0) / BAND)}`;
    let strip = strips.get(name);
    if (!strip) strips.set(name, (strip = { style, top: Infinity, bottom: -Infinity, lines: new Path2D(), tips: new Path2D() }));
    strip.top = Math.min(strip.top, end.y, end.y0) - 40;
    strip.bottom = Math.max(strip.bottom, end.y, end.y0) + 40;
    strip.lines.addPath(new Path2D(path));
    if (arrow) {
      const { x, y, dx, dy } = end;
      strip.tips.moveTo(x + 0.9 * dx, y + 0.9 * dy);
      strip.tips.lineTo(x - 8 * dx - 3.8 * dy, y - 8 * dy + 3.8 * dx);
      strip.tips.lineTo(x - 8 * dx + 3.8 * dy, y - 8 * dy - 3.8 * dx);
      strip.tips.closePath();
    }
  }
  return [...strips.values()].sort((a, b) => Number(b.style === "kept") - Number(a.style === "kept"));
}
