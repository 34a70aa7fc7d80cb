// The pad: drawn on with a mouse, a finger, a pen, or the arrow keys.
import { Canvas, type Theme } from "../shared/canvas";
import { html } from "../shared/dom";
import { stroke, type Place } from "./brush";
import { ARROWS, keyed, part } from "./parts";
import { image, inks } from "./pixels";

const UNDOS = 30;
export const BRUSHES = { least: 1, most: 6, usual: 2.5 }; // diameters in 28ths of the pad
const HELP = "Drawing pad. Arrow keys move the brush, Space sets the pen down or lifts it, Delete wipes the pad, plus and minus change the brush.";
let pads = 0;

export type Pad = {
  element: HTMLElement;
  said: HTMLElement; // where the pen is, in words
  canvas: Canvas;
  ink(): Uint8Array;
  /** Show ink that the kernel has put here. */
  show(ink: Uint8Array): void;
  /** Mark the box and the center of mass of the ink, as shares of the pad. */
  frame(frame: number[]): void;
  setBrush(diameter: number): void;
  clear(): void;
  undo(): void;
};

/**
 * Return a pad of `size` pixels a side. `steps` is how many steps of the arrow keys it is wide; `changed` is called
 * whenever there is new ink, or less; `brushed` when the keyboard has changed the brush.
 */
export function makePad(size: number, steps: number, changed: () => void, brushed: (diameter: number) => void, on: { signal: AbortSignal }): Pad {
  let ink: Uint8Array = new Uint8Array(size * size);
  let box: number[] = [];
  let brush = BRUSHES.usual;
  let pen = false; // of the keyboard: whether it is down
  let cursor: Place = { x: size / 2, y: size / 2 };
  let last: Place | undefined; // of the pointer, while it draws
  const before: Uint8Array[] = [];
  const canvas = new Canvas(draw, (width) => width);
  const said = html("p", { class: "mxw-pen", id: `mxw-pen${++pads}`, "aria-live": "polite" });
  const element = html("div", { class: "mxw-pad", role: "application", "aria-roledescription": "drawing pad", "aria-label": HELP, "aria-describedby": said.id }, canvas.element);

  const remember = (): void => {
    before.push(ink.slice());
    if (before.length > UNDOS) before.shift();
  };
  const touch = (): void => {
    box = [];
    canvas.redraw();
    changed();
  };
  const line = (from: Place, to: Place): void => stroke(ink, size, from, to, (brush * size) / 56);
  const tell = (): void => {
    const at = (value: number) => Math.min(Math.floor((value / size) * steps), steps - 1);
    said.textContent = `Pen ${pen ? "down" : "up"} · row ${at(cursor.y)}, column ${at(cursor.x)} · brush ${brush}`;
    canvas.redraw();
  };
  const setBrush = (diameter: number): void => {
    brush = Math.min(Math.max(diameter, BRUSHES.least), BRUSHES.most);
    tell();
  };
  const clear = (): void => {
    remember();
    ink = new Uint8Array(size * size);
    touch();
  };
  const undo = (): void => {
    const older = before.pop();
    if (!older) return;
    ink = older;
    touch();
  };

  // -- the pointer -------------------------------------------------------------------------------------------------
  const place = (event: PointerEvent): Place => {
    const { x, y } = canvas.point(event);
    const scale = size / (canvas.element.getBoundingClientRect().width || size);
    return { x: x * scale, y: y * scale };
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture?.(event.pointerId);
    remember();
    last = place(event);
    line(last, last);
    touch();
  }, on);
  element.addEventListener("pointermove", (event) => {
    if (!last) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length > 0 ? passed : [event]) {
      cursor = place(each);
      line(last, cursor);
      last = cursor;
    }
    touch();
  }, on);
  const lift = (): void => {
    last = undefined;
  };
  element.addEventListener("pointerup", lift, on);
  element.addEventListener("pointercancel", lift, on);

  // -- the keyboard ------------------------------------------------------------------------------------------------
  keyed(element, (key, event) => {
    const arrow = ARROWS[key];
    if (event.metaKey || event.ctrlKey) {
      if (key.toLowerCase() !== "z") return false;
      undo();
    } else if (arrow) {
      const step = (size / steps) * (event.shiftKey ? 4 : 1);
      const clamp = (value: number) => Math.min(Math.max(value, 0), size);
      const to = { x: clamp(cursor.x + arrow[0] * step), y: clamp(cursor.y + arrow[1] * step) };
      if (pen) {
        line(cursor, to);
        touch();
      }
      cursor = to;
    } else if (key === " ") {
      pen = !pen;
      if (pen) {
        remember();
        line(cursor, cursor);
        touch();
      }
    } else if (key === "Escape") pen = false;
    else if (key === "Delete" || key === "Backspace") clear();
    else if ("+=-".includes(key)) {
      setBrush(brush + (key === "-" ? -0.5 : 0.5));
      brushed(brush);
    } else return false;
    tell();
    return true;
  }, on);
  for (const name of ["focus", "blur"]) element.addEventListener(name, () => canvas.redraw(), on);

  function draw(context: CanvasRenderingContext2D, theme: Theme): void {
    const side = canvas.width;
    context.drawImage(image(ink, size, inks(theme.card, theme.ink)), 0, 0, side, side);
    const [top, left, bottom, right, row, column] = box.map((share) => share * side) as [number, number, number, number, number, number];
    context.strokeStyle = theme.accent;
    if (box.length > 0) {
      context.setLineDash([4, 3]);
      context.strokeRect(left, top, right - left, bottom - top);
      context.setLineDash([]);
      cross(context, column, row, theme);
    }
    if (element.matches(":focus-visible")) {
      const scale = side / size;
      context.beginPath();
      context.arc(cursor.x * scale, cursor.y * scale, Math.max((brush / 56) * side, 3), 0, 7);
      context.lineWidth = pen ? 3 : 1.5;
      context.stroke();
    }
    if (!ink.some((value) => value > 0)) {
      context.fillStyle = theme.muted;
      context.textAlign = "center";
      context.font = `13px ${getComputedStyle(element).fontFamily}`;
      context.fillText("Draw a digit here", side / 2, side / 2 + 34);
    }
    context.lineWidth = 1;
  }

  tell();
  return {
    element, said, canvas, setBrush, clear, undo,
    ink: () => ink,
    show(next) {
      if (last || next.length !== ink.length) return;
      ink = next.slice();
      canvas.redraw();
    },
    frame(next) {
      box = next;
      canvas.redraw();
    },
  };
}

/** Mark a place with a cross that is seen on ink and on paper. */
export function cross(context: CanvasRenderingContext2D, x: number, y: number, theme: Theme): void {
  for (const [color, width] of [[theme.card, 4], [theme.accent, 1.5]] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x - 6, y);
    context.lineTo(x + 6, y);
    context.moveTo(x, y - 6);
    context.lineTo(x, y + 6);
    context.stroke();
  }
  context.lineWidth = 1;
}

/** The pad with what stands below it. */
export function withTools(pad: Pad, ...tools: Node[]): HTMLElement {
  const section = part("section", "draw", pad.element, part("div", "tools", ...tools), pad.said);
  section.setAttribute("aria-label", "Drawing");
  return section;
}
