// The panel beside the graph: what is known of the selected item, or how to begin; and the legend below.
import { focusable, html, svg } from "../shared/dom";
import type { GraphTable, Layout } from "./model";

/** Fill the panel with the rows and the value of an item. */
export function showDetails(panel: HTMLElement, table: GraphTable, key: string): void {
  const info = table.items[key];
  if (!info) {
    panel.replaceChildren(
      html("p", {}, "Select a node to see its operator, shape and value."),
      html("p", {}, html("kbd", {}, "←"), " ", html("kbd", {}, "↑"), " ", html("kbd", {}, "↓"), " ", html("kbd", {}, "→"),
        " walk through the graph, ", html("kbd", {}, "Enter"), " opens or folds a Block, ", html("kbd", {}, "F"),
        " folds the Block around a node, ", html("kbd", {}, "+"), " ", html("kbd", {}, "-"), " ", html("kbd", {}, "0"), " zoom."),
    );
    return;
  }
  const list = html("dl");
  for (const [label, text] of info.rows) list.append(html("dt", {}, label), html("dd", {}, text));
  const heading = html("h3", {}, mark(table, info.kind), html("span", {}, info.title));
  panel.replaceChildren(heading, list);
  if (info.value) {
    panel.append(focusable(html("pre", { class: "mxw-value", tabindex: 0, role: "region", "aria-label": "value" }, info.value)));
  }
}

/** Return the small picture of a kind of node: its color, outline and sign. */
export function mark(table: GraphTable, kind: string): SVGSVGElement {
  const look = table.kinds[kind];
  return svg(
    "svg",
    { width: 28, height: 20, viewBox: "-1 -1 28 20", "aria-hidden": "true", style: "flex:none" },
    svg("path", { d: look?.mark ?? "", fill: look?.color ?? "#888" }),
    svg("text", { x: 13, y: 13.5, "font-size": 11, "font-weight": 600, "text-anchor": "middle", fill: look?.ink ?? "#000" }, look?.sign ?? ""),
  );
}

/** Return the legend of what a layout shows. */
export function legend(table: GraphTable, layout: Layout): HTMLElement[] {
  const shown = new Set(layout.items.map(([key]) => table.items[key]?.kind));
  const entries = Object.entries(table.kinds)
    .filter(([kind]) => shown.has(kind))
    .map(([kind, look]) => html("span", { class: "mxw-key" }, mark(table, kind), look.label));
  const styles = new Set(layout.wires.map((wire) => wire[4]));
  const lines: [string, string][] = [["gradient", "gradient flows back"], ["kept", "value kept for it"]];
  for (const [style, text] of lines) {
    if (!styles.has(style as "gradient" | "kept")) continue;
    const line = svg("svg", { width: 28, height: 12, "aria-hidden": "true" },
      svg("path", { d: "M1 6H27", class: `mxw-wire mxw-wire-${style}` }));
    entries.push(html("span", { class: "mxw-key" }, line, text));
  }
  return entries;
}
