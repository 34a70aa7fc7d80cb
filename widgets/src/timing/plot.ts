// The parts of the plots of a race: axes whose numbers have units, curves with signs and intervals, names at their ends.
import { sign, type Sign } from "../shared/chart";
import { SERIES } from "../shared/color";
import { svg } from "../shared/dom";
import type { Scale } from "../shared/scale";
import { spread } from "./units";

export const SIGNS: readonly Sign[] = ["circle", "square", "triangle", "diamond", "cross", "plus"];
export type Box = { left: number; right: number; top: number; bottom: number };
export type Ticks = readonly (readonly [value: number, text: string])[];

/** Return axes with these numbers. */
export function axes(box: Box, x: Scale, y: Scale, xs: Ticks, ys: Ticks, xLabel: string, title: string): SVGGElement {
  const { left, right, top, bottom } = box;
  const group = svg("g");
  for (const [value, text] of xs) {
    const at = x.at(value);
    group.append(svg("line", { class: "mxw-grid", x1: at, x2: at, y1: top, y2: bottom }),
      svg("text", { class: "mxw-tick", x: at, y: bottom + 16, "text-anchor": "middle" }, text));
  }
  for (const [value, text] of ys) {
    const at = y.at(value);
    group.append(svg("line", { class: "mxw-grid", x1: left, x2: right, y1: at, y2: at }),
      svg("text", { class: "mxw-tick", x: left - 7, y: at + 3.5, "text-anchor": "end" }, text));
  }
  group.append(svg("path", { class: "mxw-axis", d: `M${left} ${top}V${bottom}H${right}` }),
    svg("text", { class: "mxw-axis-label", x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle" }, xLabel),
    svg("text", { class: "mxw-plot-title", x: left, y: top - 10 }, title));
  return group;
}

export type Curve = {
  name: string;
  number: number; // of the entrant: color and sign
  style: "main" | "launch" | "event";
  points: readonly (readonly [x: number, value: number | null, low: number | null, high: number | null])[];
};

/** Return a mark; a recorded one is hollow. */
export function mark(number: number, x: number, y: number, size: number, hollow: boolean): SVGPathElement {
  const color = SERIES[number % 6]!;
  return svg("path", { class: hollow ? "mxw-hollow" : "mxw-full", d: sign(SIGNS[number % 6]!, size), transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, style: hollow ? `stroke:${color}` : `fill:${color}` });
}

/** Return a curve with its signs and intervals; it is interrupted where nothing was measured. */
export function draw(curve: Curve, x: Scale, y: Scale, recorded: boolean): SVGGElement {
  const group = svg("g", { class: `mxw-curve mxw-${curve.style}${recorded ? " mxw-recorded" : ""}`, style: `stroke:${SERIES[curve.number % 6]}` });
  let d = "";
  let pen = false;
  const marks: SVGElement[] = [];
  for (const [n, value, low, high] of curve.points) {
    if (value === null) {
      pen = false;
      continue;
    }
    const [px, py] = [x.at(n), y.at(value)];
    d += `${pen ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`;
    pen = true;
    if (low !== null && high !== null) marks.push(svg("path", { class: "mxw-whisker", d: `M${px - 3.5} ${y.at(low)}h7m-3.5 0V${y.at(high)}m-3.5 0h7` }));
    marks.push(mark(curve.number, px, py, curve.style === "main" ? 4 : 2.6, recorded || curve.style !== "main"));
  }
  group.append(svg("path", { class: "mxw-line", d }), ...marks);
  return group;
}

/** Name curves at their ends, never on top of one another. */
export function nameEnds(curves: readonly Curve[], x: Scale, y: Scale, box: Box, recorded: boolean): SVGGElement {
  const group = svg("g");
  const ends = curves.flatMap((curve) => {
    const last = curve.points.filter((point) => point[1] !== null).at(-1);
    return last ? [{ curve, x: x.at(last[0]), y: y.at(last[1]!) }] : [];
  });
  const places = spread(ends.map((end) => end.y), 16, box.top, box.bottom);
  ends.forEach((end, k) => {
    const [place, main] = [places[k]!, end.curve.style === "main"];
    const left = box.right + 26;
    group.append(svg("path", { class: "mxw-lead", d: `M${(end.x + 7).toFixed(1)} ${end.y.toFixed(1)}L${left - 9} ${place.toFixed(1)}` }),
      mark(end.curve.number, left, place, main ? 4 : 2.6, recorded || !main),
      svg("text", { class: main ? "mxw-name" : "mxw-name mxw-lesser", x: left + 10, y: place + 4 }, end.curve.name));
  });
  return group;
}

/** Return a sentence in the place of a plot. */
export function instead(width: number, height: number, ...lines: string[]): SVGGElement {
  const group = svg("g");
  lines.forEach((line, k) => group.append(svg("text", { class: "mxw-instead", x: width / 2, y: height / 2 + 20 * (k - (lines.length - 1) / 2), "text-anchor": "middle" }, line)));
  return group;
}
