// The right panel: the surface, and on it the trail, the next step and the point to move.
import { focusable, html, svg } from "../shared/dom";
import { numberText } from "../shared/numbers";
import { arrow, clipped } from "./bowl";
import { makeHeat, type Heat, type Look } from "./heat";
import type { Point } from "./model";
import { makePanel, px, range, set } from "./panel";
import { lossText } from "./readings";
import type { State } from "./state";

const SHORTEST = 30; // pixels of the arrow of a step
const MANY = 80; // places of a trail up to which each is drawn

export function makePlane(state: State, go: (point: Point, last: boolean) => void, hovered: () => void, on: { signal: AbortSignal }) {
  const { info } = state;
  const path = (name: string) => svg("path", { class: name });
  const trails = [path("mxw-trail mxw-trail-halo"), path("mxw-trail")];
  const nexts = [path("mxw-next mxw-next-halo"), path("mxw-next")];
  const stops = path("mxw-stops");
  const ghost = svg("circle", { r: 6, class: "mxw-ghost-ring" });
  const away = svg("path", { class: "mxw-outside", d: "M9 0L-6 -7L-2 0L-6 7Z" });
  const circle = (r: number, name: string) => svg("circle", { r, class: `mxw-now-${name}` });
  const handle = focusable(svg("g", { class: "mxw-now", tabindex: 0, role: "slider", "aria-roledescription": "point in two directions", "aria-label": `${info.a} and ${info.b}` },
    circle(12, "focus"), circle(7, "ring"), circle(2, "core")));
  const label = `Loss over ${info.a} and ${info.b}`;
  const panel = makePanel("plane", label, [...nexts, ...trails, stops, ghost, away], handle, {
    press(event) {
      event.preventDefault();
      handle.focus({ preventScroll: true });
      go(panel.at(event), false);
      return true;
    },
    drag: (x, y) => go([x, y], false),
    drop: () => go(state.at, true),
    wander(event) {
      if (!event && !out.hover) return;
      out.hover = event && panel.at(event);
      hovered();
    },
    key(dx, dy, event) {
      const { x, y } = panel;
      const steps = event.shiftKey ? 10 : 100;
      if (dx !== 0 || dy !== 0) go([state.at[0] + (dx * (x.high - x.low)) / steps, state.at[1] + (dy * (y.high - y.low)) / steps], true);
      return dx !== 0 || dy !== 0;
    },
  }, on);
  const { root } = panel;
  const tip = svg("text", { class: "mxw-tip", "aria-hidden": "true" });
  const outside = svg("text", { class: "mxw-tip" });
  const odd = svg("text", { class: "mxw-tick", "text-anchor": "end" });
  root.append(outside, tip, odd);
  let look: Look = { window: [0, 1, 0, 1], log: false, slopes: false };
  let heat: Heat | undefined;
  let drawn: unknown; // the surface of `heat`
  // not shared/canvas: a surface has its own colors in every theme, and the panel gives its size
  const canvas = html("canvas", { class: "mxw-pixels", role: "img" });
  const holder = html("div", { class: "mxw-heat" }, canvas);
  panel.element.prepend(holder);
  const out = { panel, hover: undefined as Point | undefined, layout, draw };

  function layout(width: number, height: number, next: Look): void {
    look = next;
    heat = undefined;
    const [left, right, low, high] = look.window as [number, number, number, number];
    panel.layout(width, height, [left, right], [low, high], { title: `Loss (${info.loss})`, x: info.a, y: info.b });
    const { box } = panel;
    Object.assign(holder.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px` });
    set(odd, { x: box.right, y: box.top - 9 });
    set(outside, { x: box.left + 8, y: box.bottom - 9 });
  }

  function paint(): void {
    const { x, y, box } = panel;
    const [width, height, ratio] = [box.right - box.left, box.bottom - box.top, window.devicePixelRatio || 1];
    heat = makeHeat(state.surface, look);
    drawn = state.surface;
    odd.textContent = heat.odd ? "pink: NaN, yellow: infinite" : "";
    const from = (low: number, high: number) => `${numberText(low, 3)} to ${numberText(high, 3)}`;
    set(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio),
      "aria-label": `${label}, ${info.a} from ${from(x.low, x.high)}, ${info.b} from ${from(y.low, y.high)}: losses from ${from(heat.low, heat.high)}` });
    const context = canvas.getContext("2d");
    context?.scale(ratio, ratio);
    if (context) heat.draw(context, width, height);
  }

  /** Draw anew what stands on the surface; the surface itself where it changed. */
  function draw(lr: number): void {
    const { x, y, box } = panel;
    if (!heat || drawn !== state.surface) paint();
    const seen = (p: number, q: number) => p >= box.left - 0.5 && p <= box.right + 0.5 && q >= box.top - 0.5 && q <= box.bottom + 0.5;
    let [line, marks, gone] = ["", "", 0];
    let before: [number, number] = [NaN, NaN];
    const { length } = state.trail;
    state.trail.forEach(([, a, b], k) => {
      const here: [number, number] = [x.at(a), y.at(b)];
      const piece = clipped([...before, ...here], box);
      if (piece) line += `M${px(piece[0])} ${px(piece[1])}L${px(piece[2])} ${px(piece[3])}`;
      if (!seen(...here)) gone += 1;
      else if (length <= MANY && k < length - 1) marks += `M${px(here[0] - 2.6)} ${px(here[1])}a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0Z`;
      before = here;
    });
    for (const one of trails) set(one, { d: line });
    set(stops, { d: marks });
    const [a, b] = state.at;
    const [p, q] = [x.at(a), y.at(b)];
    const inside = seen(p, q);
    const [s, t] = inside ? [p, q] : [Math.min(Math.max(p, box.left + 13), box.right - 13), Math.min(Math.max(q, box.top + 13), box.bottom - 13)];
    handle.classList.toggle("mxw-away", !inside);
    away.style.display = inside ? "none" : "";
    set(away, { transform: `translate(${px(s)} ${px(t)}) rotate(${px((Math.atan2(q - t, p - s) * 180) / Math.PI)})` });
    outside.textContent = gone > 0 && length > 1 ? `${gone} of ${length} places outside` : "";
    const { loss, gradient } = state.numbers();
    const [dx, dy] = [x.at(a - lr * gradient[0]) - p, y.at(b - lr * gradient[1]) - q];
    const grown = Math.max(1, SHORTEST / Math.hypot(dx, dy)); // a short step shows its direction
    const step = inside && Math.hypot(dx, dy) > 0 ? clipped([p, q, p + grown * dx, q + grown * dy], box) : undefined;
    for (const one of nexts) set(one, { d: step ? arrow(...step, 8) : "" });
    set(handle, { transform: `translate(${px(s)} ${px(t)})`, ...range(x, a),
      "aria-valuetext": `${info.a} ${numberText(a)}, ${info.b} ${numberText(b)}, loss ${lossText(loss)}` });
    const at = panel.busy ? undefined : out.hover;
    ghost.style.display = at ? "" : "none";
    tip.textContent = at ? `loss ${lossText(state.surface.value(...at))}` : "";
    if (!at) return;
    const [cx, cy] = [x.at(at[0]), y.at(at[1])];
    set(ghost, { cx, cy });
    panel.beside(tip, cx, cy, 11);
  }

  return out;
}
