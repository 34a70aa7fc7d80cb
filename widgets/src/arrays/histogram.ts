// The histogram as SVG, with the colors of the tiles below the numbers that they stand for.
import { axes } from "../shared/chart";
import { table } from "../shared/color";
import { svg } from "../shared/dom";
import { countText } from "../shared/numbers";
import { Scale } from "../shared/scale";
import { stops } from "./draw";
import type { Info, Limits } from "./model";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [280, 178, 46, 270, 26, 138];

/** Return the histogram; `value` is marked by a line where it is a number. */
export function histogram(info: Info, limits: Limits, log: boolean, value: number): SVGSVGElement {
  const said = `Histogram of ${info.name}, ${log ? "logarithmic" : "linear"} counts`;
  const root = svg("svg", { class: "mxw-arrays-histogram", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said });
  const { edges, bins } = info;
  if (edges.length < 2) {
    root.append(svg("text", { class: "mxw-axis-label", x: LEFT, y: 60 }, "No finite number to count."));
    return root;
  }
  const x = new Scale(edges[0]!, edges.at(-1)!, LEFT, RIGHT);
  const most = Math.max(...bins, 1);
  const y = log ? new Scale(0.5, most * 1.6, BOTTOM, TOP, true) : new Scale(0, most * 1.06, BOTTOM, TOP);
  const round = (count: number) => (info.whole ? x.ticks(count).every(Number.isInteger) : true);
  const frame = axes(x, y, { xTicks: [4, 3, 2].find(round) ?? 1, yTicks: 3 });
  for (const tick of frame.querySelectorAll<SVGTextElement>(".mxw-tick[text-anchor=middle]")) tick.setAttribute("y", String(BOTTOM + 27));
  root.append(frame);
  let bars = "";
  bins.forEach((count, k) => {
    if (count === 0) return;
    const [a, b, top] = [x.at(edges[k]!), x.at(edges[k + 1]!), Math.min(y.at(count), BOTTOM - 1)];
    bars += `M${a.toFixed(1)} ${BOTTOM}V${top.toFixed(1)}H${Math.max(b - 0.6, a + 0.6).toFixed(1)}V${BOTTOM}Z`;
  });
  root.append(svg("path", { class: "mxw-arrays-bars", d: bars }));
  const [low, high] = info.limits[limits] ?? info.limits.robust;
  const colors = table(stops(info), 64);
  const steps = 32;
  for (let k = 0; k < steps; k += 1) {
    const at = edges[0]! + ((k + 0.5) / steps) * (edges.at(-1)! - edges[0]!);
    const color = 3 * Math.round(Math.min(Math.max((at - low) / (high - low), 0), 1) * 63);
    const left = LEFT + (k * (RIGHT - LEFT)) / steps;
    root.append(svg("rect", { x: left, y: BOTTOM + 4, width: (RIGHT - LEFT) / steps + 0.4, height: 9, fill: `rgb(${colors[color]},${colors[color + 1]},${colors[color + 2]})` }));
  }
  const [below, above] = info.far;
  root.append(svg("text", { class: "mxw-axis-label", x: LEFT, y: TOP - 10 }, log ? "elements (log)" : "elements"));
  const far = [below ? `◀ ${countText(below)} far` : "", above ? `${countText(above)} far ▶` : ""].filter(Boolean).join(" · ");
  if (far) root.append(svg("text", { class: "mxw-arrays-far", x: RIGHT, y: TOP - 10, "text-anchor": "end" }, far));
  if (Number.isFinite(value)) {
    const at = Math.min(Math.max(x.at(value), LEFT), RIGHT);
    root.append(svg("path", { class: "mxw-arrays-here", d: `M${at} ${TOP}V${BOTTOM + 15}M${at - 4} ${BOTTOM + 17}h8l-4 -5Z` }));
  }
  return root;
}
