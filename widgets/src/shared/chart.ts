// A plot as SVG: axes with round numbers, curves, and signs; as mxlearn.drawing.plot draws the static form.
import { svg } from "./dom";
import { numberText } from "./numbers";
import type { Scale } from "./scale";

export type Sign = "circle" | "square" | "triangle" | "diamond" | "cross" | "plus";

/** Return the axes of a plot: grid, numbers, frame and labels. */
export function axes(x: Scale, y: Scale, labels: { x?: string; y?: string; title?: string; xTicks?: number; yTicks?: number } = {}): SVGGElement {
  const [left, right] = [Math.min(x.start, x.end), Math.max(x.start, x.end)];
  const [top, bottom] = [Math.min(y.start, y.end), Math.max(y.start, y.end)];
  const group = svg("g", { class: "mxw-axes", "aria-hidden": "true" });
  for (const value of x.ticks(labels.xTicks ?? 5)) {
    const at = x.at(value);
    group.append(svg("line", { class: "mxw-grid", x1: at, x2: at, y1: top, y2: bottom }),
      svg("text", { class: "mxw-tick", x: at, y: bottom + 15, "text-anchor": "middle" }, numberText(value)));
  }
  for (const value of y.ticks(labels.yTicks ?? 5)) {
    const at = y.at(value);
    group.append(svg("line", { class: "mxw-grid", x1: left, x2: right, y1: at, y2: at }),
      svg("text", { class: "mxw-tick", x: left - 6, y: at + 3.5, "text-anchor": "end" }, numberText(value)));
  }
  group.append(svg("path", { class: "mxw-axis", d: `M${left} ${top}V${bottom}H${right}` }));
  if (labels.x) group.append(svg("text", { class: "mxw-axis-label", x: (left + right) / 2, y: bottom + 31, "text-anchor": "middle" }, labels.x));
  if (labels.y) {
    const at = `translate(${left - 44} ${(top + bottom) / 2}) rotate(-90)`;
    group.append(svg("text", { class: "mxw-axis-label", "text-anchor": "middle", transform: at }, labels.y));
  }
  if (labels.title) group.append(svg("text", { class: "mxw-plot-title", x: left, y: top - 9 }, labels.title));
  return group;
}

/** Return the path of a curve; it is interrupted where a number is not finite, and stays inside the box. */
export function curve(xs: ArrayLike<number>, ys: ArrayLike<number>, x: Scale, y: Scale): string {
  const [top, bottom] = [Math.min(y.start, y.end) - 2, Math.max(y.start, y.end) + 2];
  const parts: string[] = [];
  let pen = false;
  for (let k = 0; k < xs.length; k += 1) {
    const [px, py] = [x.at(xs[k]!), y.at(ys[k] ?? NaN)];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      pen = false;
      continue;
    }
    parts.push(`${pen ? "L" : "M"}${px.toFixed(1)} ${Math.min(Math.max(py, top), bottom).toFixed(1)}`);
    pen = true;
  }
  return parts.join("");
}

/** Return the path of a sign around (0, 0); `size` is half its width. */
export function sign(name: Sign, size: number): string {
  const s = size;
  switch (name) {
    case "circle": return `M${-s} 0A${s} ${s} 0 1 1 ${s} 0A${s} ${s} 0 1 1 ${-s} 0Z`;
    case "square": return `M${-0.9 * s} ${-0.9 * s}H${0.9 * s}V${0.9 * s}H${-0.9 * s}Z`;
    case "triangle": return `M0 ${-1.1 * s}L${1.1 * s} ${0.8 * s}H${-1.1 * s}Z`;
    case "diamond": return `M0 ${-1.25 * s}L${1.25 * s} 0L0 ${1.25 * s}L${-1.25 * s} 0Z`;
    case "plus": return `M${-0.35 * s} ${-1.2 * s}H${0.35 * s}V${-0.35 * s}H${1.2 * s}V${0.35 * s}H${0.35 * s}V${1.2 * s}H${-0.35 * s}V${0.35 * s}H${-1.2 * s}V${-0.35 * s}H${-0.35 * s}Z`;
    case "cross": return `M${-s} ${-0.5 * s}L${-0.5 * s} ${-s}L0 ${-0.5 * s}L${0.5 * s} ${-s}L${s} ${-0.5 * s}L${0.5 * s} 0L${s} ${0.5 * s}L${0.5 * s} ${s}L0 ${0.5 * s}L${-0.5 * s} ${s}L${-s} ${0.5 * s}L${-0.5 * s} 0Z`;
  }
}
