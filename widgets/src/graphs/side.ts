// The panel beside the graph: what is known of the selected item, or how to begin; and the legend below.
import { focusable, html, svg } from "../shared/dom";
import { styleOf, type Book, type Details, type GraphTable, type Layout, type Line } from "./model";

/** Return how a reader calls a line: "cell In[3], line 2". */
export function lineName(source: Line): string {
  return `${source.prompt > 0 ? "cell " : ""}${source.place}, line ${source.line}`;
}

/** Fill the panel with the rows, the value and the line of an item; `jump` goes to the line. */
export function showDetails(panel: HTMLElement, book: Book, key: string, jump: (source: Line) => void): void {
  if (!key) {
    panel.replaceChildren(
      html("p", {}, "Point at a node, or select one, to see its shape, its value and the line of code that made it."),
      html("p", {}, html("kbd", {}, "←"), " ", html("kbd", {}, "↑"), " ", html("kbd", {}, "↓"), " ", html("kbd", {}, "→"),
        " walk through the graph, ", html("kbd", {}, "Enter"), " opens or folds a Block, or goes to the line of a node, ",
        html("kbd", {}, "F"), " folds the Block around a node, ", html("kbd", {}, "+"), " ", html("kbd", {}, "-"), " ",
        html("kbd", {}, "0"), " zoom."),
    );
    return;
  }
  const [kind, title] = book.item(key);
  const heading = html("div", { class: "mxw-name" }, mark(book.table, kind || "block"), html("span", {}, kind ? title : book.path(Number(key.slice(1)))));
  const details = book.detail(key);
  if (!details) {
    panel.replaceChildren(heading, html("p", {}, "The kernel is asked for the rest …"));
    return;
  }
  const list = html("dl");
  for (const [label, text] of details.rows) list.append(html("dt", {}, label), html("dd", {}, text));
  panel.replaceChildren(heading);
  if (details.source) panel.append(codeLine(details.source, jump));
  panel.append(list);
  if (details.value) {
    panel.append(focusable(html("pre", { class: "mxw-value", tabindex: 0, role: "region", "aria-label": "value" }, details.value)));
  }
}

function codeLine(source: Line, jump: (source: Line) => void): HTMLElement {
  const code = html("code", {}, source.text || "…");
  const where = html("span", { class: "mxw-where" }, lineName(source));
  if (source.prompt === 0) return html("div", { class: "mxw-code" }, where, code);
  const go = focusable(html("button", { type: "button", class: "mxw-code mxw-jump", title: "Go to this line" }, where, code));
  go.addEventListener("click", () => jump(source));
  return go;
}

const IN_SHORT = /^(operator|shape|dtype|size|kept memory|gradient of|value|nodes|parameters)/;

/** Return what is shown at the mouse: the same in short. */
export function glance(book: Book, key: string, details: Details): HTMLElement[] {
  const [kind, title] = book.item(key);
  const list = html("dl");
  for (const [label, text] of details.rows) {
    if (IN_SHORT.test(label)) list.append(html("dt", {}, label), html("dd", {}, text));
  }
  const parts: HTMLElement[] = [html("div", { class: "mxw-name" }, mark(book.table, kind || "block"), html("span", {}, kind ? title : book.path(Number(key.slice(1))))), list];
  if (details.value) {
    const lines = details.value.split("\n");
    parts.push(html("pre", {}, [...lines.slice(0, 5), ...(lines.length > 5 ? ["…"] : [])].join("\n")));
  }
  if (details.source) parts.push(html("div", { class: "mxw-code" }, html("span", { class: "mxw-where" }, lineName(details.source)), html("code", {}, details.source.text || "…")));
  return parts;
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
export function legend(book: Book, layout: Layout): HTMLElement[] {
  const shown = new Set(layout.items.map(([key]) => book.item(key)[0]));
  const entries = Object.entries(book.table.kinds)
    .filter(([kind]) => shown.has(kind))
    .map(([kind, look]) => html("span", { class: "mxw-key" }, mark(book.table, kind), look.label));
  const styles = new Set(layout.wires.map((wire) => styleOf(wire).style));
  const lines: [string, string][] = [["gradient", "gradient flows back"], ["kept", "value or shape kept for it"]];
  for (const [style, text] of lines) {
    if (!styles.has(style as "gradient" | "kept")) continue;
    const line = svg("svg", { width: 28, height: 12, "aria-hidden": "true" },
      svg("path", { d: "M1 6H27", class: `mxw-wire mxw-wire-${style}` }));
    entries.push(html("span", { class: "mxw-key" }, line, text));
  }
  return entries;
}
