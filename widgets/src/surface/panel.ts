// A plot with axes in which things are moved: what the two panels have in common.
import { axes } from "../shared/chart";
import { html, svg } from "../shared/dom";
import { Scale } from "../shared/scale";

export type Box = { left: number; right: number; top: number; bottom: number };
export type Range = readonly [low: number, high: number];
const NOWHERE: [number, number] = [0, 0];
const DIRECTIONS: Record<string, [dx: number, dy: number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Return a coordinate in pixels, as short as it can be. */
export const px = (value: number): string => value.toFixed(1);

export function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/** Return a number inside of a scale. */
export const within = (scale: Scale, value: number): number => Math.min(Math.max(value, scale.low), scale.high);

/** Return what a screen reader is told of a value on a scale; it knows no exponents. */
export function range(scale: Scale, value: number): Record<string, string> {
  const [now, min, max] = [within(scale, value), scale.low, scale.high].map((one) => one.toFixed(6));
  return { "aria-valuenow": now!, "aria-valuemin": min!, "aria-valuemax": max! };
}

/** Return a dot of a path whose line ends are round. */
export const dot = (x: number, y: number): string => `M${px(x)} ${px(y)}h0`;

export type Hands = {
  /** Take what lies under the pointer; return whether it is held from now on. */
  press(event: MouseEvent): boolean;
  drag(x: number, y: number): void;
  drop(): void;
  /** The pointer is here and holds nothing; undefined: it has left. */
  wander(event: MouseEvent | undefined): void;
  /** A key was pressed in the handle; return whether it has a use. */
  key(dx: number, dy: number, event: KeyboardEvent): boolean;
};

export function makePanel(name: string, label: string, layers: SVGElement[], handle: SVGElement, hands: Hands, on: { signal: AbortSignal }) {
  const frame = svg("g");
  const back = svg("rect", { fill: "transparent" });
  const plot = svg("svg", { overflow: "hidden" }, back, ...layers, handle);
  const root = svg("svg", { role: "group", "aria-label": label, class: "mxw-svg" }, frame, plot);
  const panel = {
    element: html("div", { class: `mxw-panel mxw-${name}` }, root),
    root,
    plot,
    busy: false, // something is held
    x: new Scale(0, 1, 0, 1),
    y: new Scale(0, 1, 1, 0),
    box: { left: 0, right: 1, top: 0, bottom: 1 } as Box,
    /** Give the panel its size and axes. */
    layout(width: number, height: number, across: Range, up: Range, labels: { x: string; y: string; title: string }): void {
      const box = { left: 62, right: width - 12, top: 30, bottom: height - 44 };
      panel.box = box;
      panel.x = new Scale(...across, box.left, box.right);
      panel.y = new Scale(...up, box.bottom, box.top);
      const place = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
      set(root, { viewBox: `0 0 ${width} ${height}` });
      panel.element.style.height = `${height}px`;
      set(back, place);
      set(plot, { ...place, viewBox: Object.values(place).join(" ") });
      frame.replaceChildren(axes(panel.x, panel.y, labels));
    },
    /** Return where a pointer is, in pixels of the panel. */
    pixel(event: MouseEvent): [x: number, y: number] {
      const { left, top } = root.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    },
    /** Return where a pointer is, in the units of the axes, inside of them. */
    at(event: MouseEvent): [x: number, y: number] {
      const [x, y] = panel.pixel(event);
      return [within(panel.x, panel.x.inverse(x)), within(panel.y, panel.y.inverse(y))];
    },
    /** Put a text beside a place, on the side where there is room. */
    beside(text: SVGElement, x: number, y: number, far: number): void {
      const late = x > (panel.box.left + panel.box.right) / 2;
      set(text, { "text-anchor": late ? "end" : "start", x: x + (late ? -far : far), y: Math.min(Math.max(y - 8, panel.box.top + 13), panel.box.bottom - 6) });
    },
  };
  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !plot.contains(event.target as Node)) return;
    panel.busy = hands.press(event);
    if (panel.busy) root.setPointerCapture(event.pointerId);
  }, on);
  root.addEventListener("pointermove", (event) => {
    if (panel.busy) hands.drag(...panel.at(event));
    else hands.wander(plot.contains(event.target as Node) ? event : undefined);
  }, on);
  for (const end of ["pointerup", "pointercancel"] as const) {
    root.addEventListener(end, () => {
      if (!panel.busy) return;
      panel.busy = false;
      hands.drop();
    }, on);
  }
  root.addEventListener("pointerleave", () => hands.wander(undefined), on);
  handle.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !hands.key(...(DIRECTIONS[event.key] ?? NOWHERE), event)) return;
    event.preventDefault();
    event.stopPropagation();
  }, on);
  return panel;
}
