// Draws a layout as SVG. Everything was placed in Python; here are only elements, and text as textContent.
import { focusable, svg } from "../shared/dom";
import type { Frame, GraphTable, Layout } from "./model";

let drawings = 0; // makes the ids of arrowheads unique in a page with several widgets

export class Drawing {
  readonly root: SVGSVGElement;
  readonly plane: SVGGElement;
  private readonly frames = svg("g");
  private readonly wires = svg("g", { "aria-hidden": "true" });
  private readonly items = svg("g");
  private readonly labels = svg("g", { "aria-hidden": "true" });
  private readonly prefix = `mxw${++drawings}`;
  private readonly elements = new Map<string, SVGGElement>();

  constructor(private readonly table: GraphTable) {
    const tips = ["data", "gradient", "kept", "near"].map((style) =>
      svg(
        "marker",
        { id: `${this.prefix}-${style}`, viewBox: "0 0 8 8", refX: 7.2, refY: 4, markerWidth: 9, markerHeight: 9,
          markerUnits: "userSpaceOnUse", orient: "auto" },
        svg("path", { d: "M0 0.6L8 4L0 7.4Z", class: `mxw-tip mxw-tip-${style}` }),
      ),
    );
    this.plane = svg("g", {}, this.frames, this.wires, this.items, this.labels);
    this.root = svg("svg", { class: "mxw-canvas", role: "group", "aria-label": table.summary }, svg("defs", {}, ...tips), this.plane);
  }

  /** Show a layout; items that were there before move to their new places. */
  show(layout: Layout): void {
    this.frames.replaceChildren(...layout.frames.map((frame) => this.frame(frame)));
    this.wires.replaceChildren(
      ...[...layout.wires]
        .sort((a, b) => Number(b[4] === "kept") - Number(a[4] === "kept"))
        .map(([source, targets, path, arrow, style]) => {
          const wire = svg("path", { d: path, class: `mxw-wire mxw-wire-${style} mxw-fade` });
          wire.dataset["ends"] = JSON.stringify([source, ...targets]);
          wire.dataset["style"] = style;
          if (arrow) wire.setAttribute("marker-end", `url(#${this.prefix}-${style})`);
          return wire;
        }),
    );
    this.labels.replaceChildren(
      ...layout.labels.map(([x, y, text]) => svg("text", { x, y, class: "mxw-label mxw-fade" }, text)),
    );
    const seen = new Set<string>();
    for (const [key, x, y] of layout.items) {
      seen.add(key);
      let element = this.elements.get(key);
      if (!element) {
        element = this.item(key);
        this.elements.set(key, element);
      }
      element.style.transform = `translate(${x}px, ${y}px)`;
      this.items.append(element);
    }
    for (const [key, element] of this.elements) {
      if (seen.has(key)) continue;
      element.remove();
      this.elements.delete(key);
    }
  }

  /** Return the element that stands for an item or an open group, if it is seen. */
  element(key: string): SVGGElement | undefined {
    return this.elements.get(key) ?? this.frames.querySelector<SVGGElement>(`[data-key="${CSS.escape(key)}"]`) ?? undefined;
  }

  /** Return all elements that take focus. */
  all(): SVGGElement[] {
    return [...this.plane.querySelectorAll<SVGGElement>("[data-key]")];
  }

  /** Mark one item as selected, and the lines that touch it. */
  select(key: string): void {
    for (const element of this.all()) {
      const chosen = element.dataset["key"] === key;
      element.setAttribute("aria-pressed", String(chosen));
    }
    for (const wire of this.wires.querySelectorAll<SVGPathElement>("path")) {
      const ends = JSON.parse(wire.dataset["ends"] ?? "[]") as string[];
      const near = key !== "" && ends.includes(key);
      wire.classList.toggle("mxw-near", near);
      if (wire.hasAttribute("marker-end")) {
        wire.setAttribute("marker-end", `url(#${this.prefix}-${near ? "near" : wire.dataset["style"]})`);
      }
    }
  }

  /** Let one element be reached by Tab, the others by arrow keys. */
  rove(key: string): void {
    for (const element of this.all()) element.setAttribute("tabindex", element.dataset["key"] === key ? "0" : "-1");
  }

  private item(key: string): SVGGElement {
    const info = this.table.items[key];
    if (!info) return svg("g");
    const look = this.table.kinds[info.kind];
    const color = look?.color ?? "#888";
    const { width: w, height: h } = info;
    const [outline, band, second] = this.table.outlines[`${info.kind} ${w}`] ?? ["", "", ""];
    const double = info.kind === "output" || info.kind === "loss";
    const element = focusable(
      svg("g", { class: "mxw-item mxw-fade", role: "button", tabindex: -1, "aria-label": info.aria, "aria-pressed": "false" }),
    );
    element.dataset["key"] = key;
    if (key.startsWith("g")) element.setAttribute("aria-expanded", "false");
    element.append(svg("rect", { class: "mxw-ring", x: -6, y: -6, width: w + 12, height: h + 12, rx: 11 }));
    if (second) {
      const transform = double ? "translate(-3.5 -3.5)" : "";
      element.append(svg("path", { d: second, fill: "none", stroke: color, "stroke-width": double ? 1.2 : 1.5, transform }));
    }
    element.append(
      svg("path", { d: outline, class: "mxw-card" }),
      svg("path", { d: band, fill: color }),
      svg("path", { d: outline, class: "mxw-edge", fill: "none", stroke: color, "stroke-width": 1.5 }),
      svg("text", { x: 12.5, y: h / 2 + 4.5, fill: look?.ink ?? "#000", class: "mxw-sign-text" }, look?.sign ?? ""),
      svg("text", { x: 33, y: info.subtitle ? 17.5 : h / 2 + 4.5, class: "mxw-title-text" }, info.title),
    );
    if (info.subtitle) element.append(svg("text", { x: 33, y: 32, class: "mxw-sub-text" }, info.subtitle));
    return element;
  }

  private frame([group, title, titleX, x, y, width, height, gradient]: Frame): SVGGElement {
    const key = `g${group}`;
    const handle = focusable(
      svg("g", { class: "mxw-frame-title", role: "button", tabindex: -1, "aria-expanded": "true", "aria-pressed": "false",
        "aria-label": `open Block: ${this.table.groups[group]?.path ?? title}` }),
    );
    handle.dataset["key"] = key;
    const length = 24 + title.length * 7;
    handle.append(
      svg("rect", { class: "mxw-ring", x: titleX - 4, y: y + 2, width: length, height: 20, rx: 5 }),
      svg("rect", { x: titleX - 4, y: y + 2, width: length, height: 20, rx: 5, style: "fill:transparent;stroke:none" }),
      svg("rect", { class: "mxw-sign", x: titleX, y: y + 6, width: 12, height: 12, rx: 3 }),
      svg("path", { d: `M${titleX + 3} ${y + 12}h6`, stroke: "currentColor", "stroke-width": 1.5 }),
      svg("text", { x: titleX + 17, y: y + 16 }, title),
    );
    return svg(
      "g",
      { class: gradient ? "mxw-frame mxw-backward mxw-fade" : "mxw-frame mxw-fade" },
      svg("rect", { x, y, width, height, rx: 10 }),
      handle,
    );
  }
}
