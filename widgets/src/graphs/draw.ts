// Draws a layout as SVG. Everything was placed in Python; here are only elements, and text as textContent.
import { focusable, svg } from "../shared/dom";
import type { Size, View } from "../shared/viewport";
import { styleOf, touches, type Book, type FrameBox, type Layout, type Wire } from "./model";
import { GRAPHS, keyOf, type Surface } from "./surface";

export class Drawing implements Surface {
  readonly root: SVGSVGElement;
  private readonly plane: SVGGElement;
  private readonly frames = svg("g");
  private readonly wires = svg("g", { "aria-hidden": "true" });
  private readonly items = svg("g");
  private readonly labels = svg("g", { "aria-hidden": "true" });
  private readonly prefix = `mxw${++GRAPHS.count}`;
  private readonly elements = new Map<string, SVGGElement>();
  private readonly lines = new Map<SVGPathElement, Wire>();

  constructor(private readonly book: Book) {
    const tips = ["data", "gradient", "kept", "near"].map((style) =>
      svg(
        "marker",
        { id: `${this.prefix}-${style}`, viewBox: "0 0 8 8", refX: 7.2, refY: 4, markerWidth: 9, markerHeight: 9,
          markerUnits: "userSpaceOnUse", orient: "auto" },
        svg("path", { d: "M0 0.6L8 4L0 7.4Z", class: `mxw-tip mxw-tip-${style}` }),
      ),
    );
    this.plane = svg("g", {}, this.frames, this.wires, this.items, this.labels);
    const label = { class: "mxw-canvas", role: "group", "aria-label": book.table.summary };
    this.root = svg("svg", label, svg("defs", {}, ...tips), this.plane);
  }

  /** Show a layout; items that were there before move to their new places. */
  show(layout: Layout): void {
    this.frames.replaceChildren(...layout.frames.map((frame) => this.frame(frame)));
    this.lines.clear();
    this.wires.replaceChildren(
      ...[...layout.wires]
        .sort((a, b) => Number(styleOf(b).style === "kept") - Number(styleOf(a).style === "kept"))
        .map((wire) => {
          const { style, arrow } = styleOf(wire);
          const line = svg("path", { d: wire[2], class: `mxw-wire mxw-wire-${style} mxw-fade` });
          if (arrow) line.setAttribute("marker-end", `url(#${this.prefix}-${style})`);
          this.lines.set(line, wire);
          return line;
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

  look(view: View): void {
    this.plane.setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.scale.toFixed(4)})`);
  }

  resize(room: Size): void {
    this.root.style.height = `${room.height}px`;
  }

  has(key: string): boolean {
    return this.element(key) !== undefined;
  }

  focus(key: string): void {
    this.element(key)?.focus({ preventScroll: true });
  }

  keyAt(event: Event): string {
    return keyOf(event.target);
  }

  select(key: string): void {
    for (const element of this.all()) {
      const chosen = element.dataset["key"] === key;
      element.setAttribute("aria-pressed", String(chosen));
    }
    for (const [line, wire] of this.lines) {
      const near = touches(wire, key);
      const { style, arrow } = styleOf(wire);
      line.classList.toggle("mxw-near", near);
      if (arrow) line.setAttribute("marker-end", `url(#${this.prefix}-${near ? "near" : style})`);
    }
  }

  rove(key: string): void {
    for (const element of this.all()) element.setAttribute("tabindex", element.dataset["key"] === key ? "0" : "-1");
  }

  mark(found: ReadonlySet<string>): void {
    for (const element of this.all()) element.classList.toggle("mxw-found", found.has(element.dataset["key"] ?? ""));
  }

  hover(): void {} // the style sheet does

  close(): void {
    this.root.remove();
  }

  /** Return the element that stands for an item or an open group, if it is seen. */
  private element(key: string): SVGGElement | undefined {
    return this.elements.get(key) ?? this.all().find((element) => element.dataset["key"] === key);
  }

  /** Return all elements that take focus. */
  private all(): SVGGElement[] {
    return [...this.plane.querySelectorAll<SVGGElement>("[data-key]")];
  }

  private item(key: string): SVGGElement {
    const [kind, title, subtitle, aria, w] = this.book.item(key);
    const look = this.book.table.kinds[kind];
    const color = look?.color ?? "#888";
    const h = this.book.table.height;
    const [outline, band, second] = this.book.outline(key);
    const double = kind === "output" || kind === "loss";
    const element = focusable(
      svg("g", { class: "mxw-item mxw-fade", role: "button", tabindex: -1, "aria-label": aria, "aria-pressed": "false" }),
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
      svg("text", { x: 33, y: subtitle ? 17.5 : h / 2 + 4.5, class: "mxw-title-text" }, title),
    );
    if (subtitle) element.append(svg("text", { x: 33, y: 32, class: "mxw-sub-text" }, subtitle));
    return element;
  }

  private frame([group, title, titleX, x, y, width, height, gradient]: FrameBox): SVGGElement {
    const handle = focusable(
      svg("g", { class: "mxw-frame-title", role: "button", tabindex: -1, "aria-expanded": "true", "aria-pressed": "false",
        "aria-label": `open Block: ${this.book.path(group)}` }),
    );
    handle.dataset["key"] = `g${group}`;
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
