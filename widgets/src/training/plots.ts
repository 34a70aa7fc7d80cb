// The curves of all runs, a plot for each metric, with one reading line through all plots: by mouse and by arrow keys.
import { axes, curve as pathOf, sign, type Sign } from "../shared/chart";
import { SERIES } from "../shared/color";
import { focusable, html, svg } from "../shared/dom";
import { numberText } from "../shared/numbers";
import { Scale } from "../shared/scale";
import { nearest, smoothed, type Curve } from "./model";

export const SIGNS: readonly Sign[] = ["circle", "square", "triangle", "diamond", "cross", "plus"];
export const DASHES = ["", "7 4", "2 3", "9 3 2 3", "4 2", "1 2"]; // of runs, beside their colors and signs
const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [54, 14, 26, 38, 210];
const HALF = 520; // pixels of width from which two plots stand side by side

/** How the runs of the list look: by its place in the list of all runs, the own one first. */
export type Look = { names: Map<number, string>; place(run: number): number };
export type Marks = { own: number; ends: number[]; marks: [number, string][]; logarithmic: boolean; smooth: number };

type Panel = { name: string; box: HTMLElement; root: SVGSVGElement; readout: HTMLElement; curves: Curve[]; x?: Scale; y?: Scale; line?: SVGGElement };

export const color = (place: number): string => `--run:${SERIES[place % 6]}`;

const isAfter = (curve: Curve): boolean => curve.each === "epoch" || !["", "train"].includes(curve.variant);

export class Plots {
  readonly element = html("div", { class: "mxw-plots" });
  private readonly empty = html("p", { class: "mxw-empty" }, "No numbers yet. Call monitor.log(loss=...) in the loop.");
  private panels: Panel[] = [];
  private cursor = NaN; // step
  private look: Look = { names: new Map(), place: () => 0 };
  private marks: Marks = { own: 0, ends: [], marks: [], logarithmic: false, smooth: 1 };

  constructor(private readonly signal: { signal: AbortSignal }) {
    this.element.append(this.empty);
  }

  /** Draw curves; plots that are there keep their place and the focus. */
  show(curves: Curve[], look: Look, marks: Marks): void {
    [this.look, this.marks] = [look, marks];
    const names = [...new Set(curves.map((curve) => curve.panel))];
    for (const gone of this.panels.filter((panel) => !names.includes(panel.name))) gone.box.remove();
    this.panels = names.map((name) => this.panels.find((panel) => panel.name === name) ?? this.add(name));
    this.empty.hidden = names.length > 0;
    this.element.classList.toggle("mxw-two", names.length > 1 && this.element.clientWidth >= HALF);
    for (const panel of this.panels) {
      panel.curves = curves.filter((curve) => curve.panel === panel.name);
      this.draw(panel);
    }
  }

  private add(name: string): Panel {
    const root = focusable(svg("svg", { class: "mxw-plot", tabindex: 0, role: "slider", "aria-label": `${name}: read the values by arrow keys` }));
    const readout = html("div", { class: "mxw-readout" });
    const box = html("div", { class: "mxw-panel" }, root, readout);
    const panel: Panel = { name, box, root, readout, curves: [] };
    this.element.append(box);
    root.addEventListener("pointermove", (event) => {
      const at = panel.x?.inverse(event.clientX - root.getBoundingClientRect().left) ?? NaN;
      this.read(Math.min(Math.max(at, panel.x?.low ?? 0), panel.x?.high ?? 0));
    }, this.signal);
    root.addEventListener("pointerleave", () => this.read(NaN), this.signal);
    root.addEventListener("keydown", (event) => {
      const places = this.placesOf(panel);
      if (event.ctrlKey || event.metaKey || event.altKey || places.length === 0) return;
      const here = Number.isNaN(this.cursor) ? places.length - 1 : nearest(places, this.cursor);
      const moves: Record<string, number> = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowDown: here - 1, ArrowUp: here + 1, PageDown: here - 10, PageUp: here + 10, Home: 0, End: places.length - 1 };
      const next = moves[event.key];
      if (event.key === "Escape") this.read(NaN);
      else if (next === undefined) return;
      else this.read(places[Number.isNaN(this.cursor) && Math.abs(next - here) <= 1 ? here : Math.min(Math.max(next, 0), places.length - 1)]!);
      event.preventDefault();
      event.stopPropagation();
    }, this.signal);
    return panel;
  }

  private placesOf(panel: Panel): Float64Array {
    const most = panel.curves.reduce<Curve | undefined>((best, one) => (best && best.count >= one.count ? best : one), undefined);
    return most?.x ?? new Float64Array(0);
  }

  private draw(panel: Panel): void {
    const width = panel.box.clientWidth || 460;
    const [right, bottom] = [width - RIGHT, HEIGHT - BOTTOM];
    const { curves } = panel;
    const values = curves.flatMap((curve) => [...curve.low, ...curve.high]);
    const log = this.marks.logarithmic && values.some((value) => value > 0 && Number.isFinite(value));
    const most = Math.max(1, ...curves.map((curve) => (curve.count ? curve.x[curve.count - 1]! : 0)));
    const x = (panel.x = new Scale(0, most, LEFT, right));
    const y = (panel.y = Scale.around(values, bottom, TOP, log));
    panel.root.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    panel.root.style.height = `${HEIGHT}px`;
    const parts: SVGElement[] = [axes(x, y, { title: panel.name, x: "steps", xTicks: Math.max(2, Math.round(width / 90)), yTicks: 4 })];
    for (const step of this.marks.ends.slice(0, 60)) if (step < most) parts.push(svg("line", { class: "mxw-end", x1: x.at(step), x2: x.at(step), y1: TOP, y2: bottom }));
    for (const curve of [...curves].reverse()) this.drawCurve(parts, curve, x, y, bottom);
    let free = LEFT;
    for (const [step, text] of this.marks.marks) {
      const at = x.at(step);
      parts.push(svg("g", { class: "mxw-mark" }, svg("line", { x1: at, x2: at, y1: TOP, y2: bottom }), svg("path", { d: sign("triangle", 4.5), transform: `translate(${at} ${TOP})` }), svg("title", {}, text)));
      if (at < free) continue;
      const late = at > right - 90;
      parts.push(svg("text", { class: "mxw-note", x: at + (late ? -7 : 7), y: TOP + 9, "text-anchor": late ? "end" : "start" }, text));
      free = at + 100;
    }
    panel.line = svg("g", { class: "mxw-cursor" });
    panel.root.replaceChildren(...parts, panel.line);
    this.readPanel(panel);
  }

  private drawCurve(parts: SVGElement[], curve: Curve, x: Scale, y: Scale, bottom: number): void {
    const place = this.look.place(curve.run);
    const style = { style: color(place), "stroke-dasharray": DASHES[place % 6]! };
    if (isAfter(curve)) {
      parts.push(svg("path", { class: "mxw-curve mxw-thin", d: pathOf(curve.x, curve.mean, x, y), ...style }));
      for (let k = Math.max(0, curve.count - 100); k < curve.count; k += 1) {
        if (!Number.isFinite(curve.mean[k])) continue;
        parts.push(svg("path", { class: "mxw-dot", style: color(place), d: sign(SIGNS[place % 6]!, 4), transform: `translate(${x.at(curve.x[k]!)} ${y.at(curve.mean[k]!)})` }));
      }
      if (place === 0 && curve.variant && Number.isFinite(curve.mean[0])) {
        parts.push(svg("text", { class: "mxw-note", x: x.at(curve.x[0]!), y: y.at(curve.mean[0]!) + 17, "text-anchor": "middle" }, curve.variant));
      }
    } else {
      if (place === 0 && this.marks.smooth > 1) {
        const twice = (a: Float64Array, b: Float64Array) => Float64Array.from({ length: 2 * curve.count }, (_, k) => (k % 2 ? b : a)[k >> 1]!);
        const exact = curve.low.every((low, k) => low === curve.high[k]);
        const d = exact ? pathOf(curve.x, curve.mean, x, y) : pathOf(twice(curve.x, curve.x), twice(curve.low, curve.high), x, y);
        parts.push(svg("path", { class: "mxw-curve mxw-raw", d, style: color(place) }));
      }
      parts.push(svg("path", { class: "mxw-curve", d: pathOf(curve.x, smoothed(curve.x, curve.mean, this.marks.smooth), x, y), ...style }));
    }
    curve.bad.forEach((bad, k) => {
      if (bad > 0) parts.push(svg("path", { class: "mxw-bad", d: sign("cross", 4.5), transform: `translate(${x.at(curve.x[k]!)} ${bottom - 6})` }, svg("title", {}, "NaN or infinite")));
    });
  }

  // -- reading -----------------------------------------------------------------------------------------------------
  private read(step: number): void {
    this.cursor = step;
    for (const panel of this.panels) this.readPanel(panel);
  }

  private readPanel(panel: Panel): void {
    const { root, readout, x, y } = panel;
    if (!x || !y || !panel.line) return;
    const last = Number.isNaN(this.cursor);
    const places = this.placesOf(panel);
    const step = last ? x.high : this.cursor;
    const exact = places[nearest(places, step)] ?? 0;
    const line: SVGElement[] = last ? [] : [svg("line", { x1: x.at(step), x2: x.at(step), y1: TOP, y2: HEIGHT - BOTTOM })];
    const entries: [number, string][] = [];
    for (const curve of panel.curves) {
      const k = nearest(curve.x, step);
      if (k < 0) continue;
      const place = this.look.place(curve.run);
      const smooth = !isAfter(curve) && this.marks.smooth > 1;
      const shown = smooth ? smoothed(curve.x.subarray(0, k + 1), curve.mean, this.marks.smooth)[k]! : curve.mean[k]!;
      if (!last && Number.isFinite(shown)) line.push(svg("path", { class: "mxw-dot", style: color(place), d: sign(SIGNS[place % 6]!, 4), transform: `translate(${x.at(curve.x[k]!)} ${y.at(shown)})` }));
      const raw = curve.low[k] === curve.high[k] ? numberText(curve.mean[k]!, 3) : `${numberText(curve.low[k]!, 3)} to ${numberText(curve.high[k]!, 3)}`;
      const name = `${this.look.names.get(curve.run) ?? ""}${curve.variant ? ` ${curve.variant}` : ""}`;
      entries.push([place, `${name} ${curve.bad[k]! > 0 ? "NaN or infinite" : raw}${smooth && curve.bad[k] === 0 && place === 0 ? `, mean ${numberText(shown, 3)}` : ""}`]);
    }
    panel.line.replaceChildren(...line);
    const head = last ? "last" : `step ${Math.round(exact)}`;
    readout.replaceChildren(html("span", { class: "mxw-step" }, head), ...entries.map(([place, text]) => html("span", {}, swatch(place), text)));
    root.setAttribute("aria-valuemin", "0");
    root.setAttribute("aria-valuemax", String(Math.round(x.high)));
    root.setAttribute("aria-valuenow", String(Math.round(exact)));
    root.setAttribute("aria-valuetext", [head, ...entries.map(([, text]) => text)].join("; "));
  }
}

/** Return the line and sign of a run, as a legend shows them. */
export function swatch(place: number): SVGSVGElement {
  return svg("svg", { class: "mxw-swatch", viewBox: "0 0 28 12", "aria-hidden": "true", style: color(place) },
    svg("path", { class: "mxw-curve", d: "M0 6H28", "stroke-dasharray": DASHES[place % 6]! }),
    svg("path", { class: "mxw-dot", d: sign(SIGNS[place % 6]!, 4), transform: "translate(14 6)" }));
}
