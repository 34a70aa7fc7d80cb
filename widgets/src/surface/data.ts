// The left panel: the data, the model's line or predictions, and a stick for each error. Points can be moved.
import { curve } from "../shared/chart";
import { focusable, svg } from "../shared/dom";
import { numberText } from "../shared/numbers";
import { dot, makePanel, px, range, set, within, type Range } from "./panel";
import type { Fit, State } from "./state";

const STICKS = 60; // points up to which each has its stick
const NEAR = 16; // pixels at which a point is taken

export type Moved = (row: number, x: number, y: number, last: boolean) => void;

export function makeData(state: State, moved: Moved, on: { signal: AbortSignal }) {
  const { info } = state;
  const { kind } = info;
  const lines = kind === "line";
  const fixed = kind === "examples";
  const path = (name: string) => svg("path", { class: name });
  const [ghost, sticks, model, halo, dots, stick, diagonal] = [path("mxw-ghost"), path("mxw-sticks"), path("mxw-model"), path("mxw-dots mxw-dots-halo"), path("mxw-dots"), path("mxw-stick"), path("mxw-diagonal")];
  const handle = focusable(svg("g", { class: "mxw-point", tabindex: 0, role: "slider", "aria-roledescription": "data point" },
    svg("circle", { r: 8, class: "mxw-point-ring" }), svg("circle", { r: 4.5, class: "mxw-point-core" })));
  if (fixed) set(handle, { "aria-readonly": "true" });
  const aside = svg("text", { class: "mxw-aside", "text-anchor": "middle" });
  const tip = svg("text", { class: "mxw-tip", "aria-hidden": "true" });
  const title = lines ? "Data and model" : fixed ? "The loss of each example" : "Predicted against true";
  const panel = makePanel("data", title, [diagonal, ghost, sticks, model, stick, halo, dots, aside], handle, {
    press(event) {
      const k = nearest(event);
      if (k < 0) return false;
      event.preventDefault();
      row = hot = k;
      handle.focus({ preventScroll: true });
      mark();
      return !fixed;
    },
    drag: (x, y) => moved(row, x, lines ? y : x, false),
    drop: () => moved(row, state.x[row]!, state.y[row]!, true),
    wander(event) {
      const k = event ? nearest(event) : -1;
      if (hot === k) return;
      hot = k;
      mark();
    },
    key(dx, dy, event) {
      const order = state.x.map((_, k) => k).sort((p, q) => state.x[p]! - state.x[q]!);
      const edge = { Home: 0, End: order.length - 1 }[event.key];
      if (edge === undefined && dx === 0 && dy === 0) return false;
      hot = -1;
      if (edge !== undefined || (dx !== 0 && !(event.shiftKey && lines))) {
        row = order[Math.max(0, Math.min(edge ?? order.indexOf(row) + dx, order.length - 1))]!;
        mark();
      } else if (!fixed) {
        const { x, y } = panel;
        const next = within(y, state.y[row]! + (dy * (y.high - y.low)) / (event.shiftKey ? 10 : 50));
        moved(row, lines ? within(x, state.x[row]! + (dx * (x.high - x.low)) / 50) : next, next, true);
      }
      return true;
    },
  }, on);
  const { root } = panel;
  root.append(tip);
  let fit: Fit = { predicted: [], curve: [] };
  let row = 0; // the point that the keyboard holds
  let hot = -1; // the point under the mouse

  function layout(width: number, height: number, range: Range): void {
    const { places } = state;
    const what = info.probability ? `probability of ${info.y}` : info.y;
    const across: Range = lines ? [places[0]!, places.at(-1)!] : fixed ? [-0.5, Math.max(info.rows - 0.5, 0.5)] : range;
    panel.layout(width, height, across, range, { title, x: lines ? info.x : fixed ? "example" : `true ${info.y}`, y: lines ? what : fixed ? "loss" : `predicted ${what}` });
    const { left, right, top, bottom } = panel.box;
    set(diagonal, { d: kind === "scatter" ? `M${left} ${bottom}L${right} ${top}` : "" });
    set(aside, { x: (left + right) / 2 });
  }

  /** Return where a point is drawn, and the other end of its stick, in pixels. */
  function place(k: number, at: Fit): [x: number, y: number, end: number] {
    const { x, y } = panel;
    const predicted = y.at(at.predicted[k] ?? NaN);
    const target = y.at(state.y[k]!);
    return [x.at(state.x[k]!), lines ? target : predicted, lines ? predicted : fixed ? y.start : target];
  }

  const inside = (y: number): number => Math.min(Math.max(y, panel.box.top), panel.box.bottom);

  /** Show a fit, and, thinner, the one at the point under the mouse. */
  function draw(now: Fit, other: Fit | undefined): void {
    fit = now;
    const count = state.x.length;
    let [d, thin, far] = ["", "", ""];
    for (let k = 0; k < count; k += 1) {
      const [x, y, end] = place(k, fit);
      if (!Number.isFinite(y)) continue;
      d += dot(x, y);
      if (count <= STICKS && Number.isFinite(end)) thin += `M${px(x)} ${px(y)}V${px(inside(end))}`;
      if (other && !lines) far += dot(x, place(k, other)[1]);
    }
    const seen = (at: Fit) => curve(state.places, at.curve, panel.x, panel.y);
    for (const one of [halo, dots]) {
      set(one, { d });
      one.classList.toggle("mxw-many", count > STICKS);
    }
    set(sticks, { d: thin });
    set(model, { d: lines ? seen(fit) : "" });
    set(ghost, { d: lines ? (other ? seen(other) : "") : far });
    ghost.classList.toggle("mxw-ghost-dots", !lines);
    const side = lines ? hidden(Array.from(fit.curve)) : "";
    aside.textContent = side && `the model's line is ${side}`;
    set(aside, { y: side.startsWith("above") ? panel.box.top + 18 : panel.box.bottom - 10 });
    mark();
  }

  /** Return where the line is, if it cannot be seen. */
  function hidden(values: number[]): string {
    if (values.every(Number.isNaN)) return "NaN";
    if (values.every((value) => value > panel.y.high)) return "above this picture";
    return values.every((value) => value < panel.y.low) ? "below this picture" : "";
  }

  function describe(k: number): [short: string, long: string] {
    const predicted = fit.predicted[k] ?? NaN;
    const share = state.share(k, fit.predicted);
    const part = Number.isFinite(share) ? `, ${numberText(100 * share, 2)} % of the loss` : "";
    if (fixed) return [`loss ${numberText(predicted)}${part}`, `loss ${numberText(predicted)}${part}`];
    const error = `error ${numberText(predicted - state.y[k]!, 3)}${part}`;
    return [error, `${lines ? `${info.x} ${numberText(state.x[k]!, 3)}, ` : ""}${info.y} ${numberText(state.y[k]!)}, predicted ${numberText(predicted)}, ${error}`];
  }

  /** Show the point that is held or pointed at, its stick, and what it costs. */
  function mark(): void {
    const k = hot >= 0 ? hot : row;
    if (k >= state.x.length) return;
    const [x, y, end] = place(k, fit);
    const shown = hot >= 0 || panel.busy || root.ownerDocument.activeElement === handle;
    const [short, long] = describe(k);
    handle.classList.toggle("mxw-shown", shown);
    set(handle, { transform: `translate(${px(x)} ${px(inside(y))})`, "aria-label": `Point ${k + 1} of ${state.x.length}`,
      ...range(panel.y, state.y[k]!), "aria-valuetext": long });
    set(stick, { d: shown && Number.isFinite(end + y) ? `M${px(x)} ${px(y)}V${px(inside(end))}` : "" });
    tip.textContent = shown ? short : "";
    panel.beside(tip, x, inside(y), 13);
  }

  function nearest(event: MouseEvent): number {
    const [mx, my] = panel.pixel(event);
    let [best, least] = [-1, NEAR];
    for (let k = 0; k < state.x.length; k += 1) {
      const [x, y, end] = place(k, fit);
      let far = Math.hypot(x - mx, y - my);
      if (my >= Math.min(y, end) && my <= Math.max(y, end) && Math.abs(x - mx) < 5) far = Math.min(far, NEAR / 2 + Math.abs(x - mx)); // on its stick
      if (far < least) [best, least] = [k, far];
    }
    return best;
  }

  handle.addEventListener("focus", mark, on);
  handle.addEventListener("blur", mark, on);
  return { panel, layout, draw };
}
