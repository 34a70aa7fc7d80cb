// The map of the graph: the node that is being differentiated, those that are done, and the wires that carry its gradient.
import { svg } from "../shared/dom";
import type { AtlasTable, Step } from "./model";

const HEIGHT = 24;
const BAND = 20;
const LEAST = 0.75; // scale below which its names cannot be read: the map scrolls

export class Atlas {
  readonly root: SVGSVGElement;
  private readonly items: SVGGElement[] = [];
  private readonly wires: SVGPathElement[] = [];
  private readonly tips = svg("g", { "aria-hidden": "true" });

  /** `go` is called with the number of an item that was clicked. */
  constructor(private readonly table: AtlasTable, go: (item: number) => void) {
    this.root = svg("svg", { class: "mxs-atlas", role: "img", viewBox: `0 0 ${table.width} ${table.height}`, width: table.width, height: table.height,
      style: `max-width:max(100%, ${(LEAST * table.width).toFixed(0)}px)` });
    const lines = svg("g");
    for (const [, , path] of table.wires) {
      const wire = svg("path", { d: path, class: "mxs-wire" });
      this.wires.push(wire);
      lines.append(wire);
    }
    this.root.append(lines, this.tips);
    table.items.forEach(([kind, title, , x, y, width], number) => {
      const [color = "#888", ink = "#000"] = table.colors[kind] ?? [];
      const [left, top] = [x - width / 2, y - HEIGHT / 2];
      const radius = kind === "variable" ? HEIGHT / 2 : kind === "constant" ? 0 : 6;
      const clip = `M${left + BAND} ${top}H${left + radius}Q${left} ${top} ${left} ${top + radius}V${top + HEIGHT - radius}Q${left} ${top + HEIGHT} ${left + radius} ${top + HEIGHT}H${left + BAND}Z`;
      const item = svg("g", { class: "mxs-item" },
        svg("rect", { class: "mxs-halo", x: left - 5, y: top - 5, width: width + 10, height: HEIGHT + 10, rx: radius + 4 }),
        svg("rect", { class: "mxs-body", x: left, y: top, width, height: HEIGHT, rx: radius, stroke: color }),
        svg("path", { d: clip, fill: color }),
        svg("text", { class: "mxs-glyph", x: left + BAND / 2 + 1, y: y + 4, fill: ink }, SIGNS[kind] ?? "ƒ"),
        svg("text", { class: "mxs-label", x: left + BAND + 6, y: y + 4 }, title),
        svg("text", { class: "mxs-tick", x: left + width - 5, y: top + 10 }, "✓"));
      item.addEventListener("click", () => go(number));
      this.items.push(item);
      this.root.append(item);
    });
  }

  /** Show where a step is; `before` are the steps that were done. */
  show(step: Step, before: readonly Step[]): void {
    const key = (a: number, b: number) => `${a} ${b}`;
    const live = new Set(step.parts.map((part) => key(part.item, step.item)));
    const passed = new Set(before.flatMap((each) => each.parts.map((part) => key(part.item, each.item))));
    const done = new Set(before.map((each) => each.item));
    this.tips.replaceChildren();
    this.table.wires.forEach(([source, reader, path], number) => {
      const wire = this.wires[number]!;
      const name = key(source, reader);
      wire.classList.toggle("mxs-live", live.has(name));
      wire.classList.toggle("mxs-passed", passed.has(name));
      if (!live.has(name)) return;
      const [x = 0, y = 0] = path.slice(1).split(/[VC]/)[0]!.split(" ").map(Number);
      this.tips.append(svg("path", { class: "mxs-tip", d: `M${x - 5} ${y + 9}L${x} ${y + 1}L${x + 5} ${y + 9}Z` }));
    });
    this.items.forEach((item, number) => {
      item.classList.toggle("mxs-here", number === step.item);
      item.classList.toggle("mxs-done", number !== step.item && done.has(number));
    });
    const label = this.table.items[step.item]?.[2] ?? "";
    const targets = step.parts.map((part) => part.to).join(", ");
    this.root.setAttribute("aria-label", `Map of the graph. Here: ${label}${targets ? `; its gradient flows to ${targets}` : ""}. ${done.size} of ${this.items.length} places are done.`);
  }

  /** Return the middle of the item of a step, in pixels of the drawing. */
  center(step: Step): { x: number; y: number } {
    const item = this.table.items[step.item];
    return { x: item?.[3] ?? 0, y: item?.[4] ?? 0 };
  }
}

const SIGNS: Record<string, string> = { variable: "x", parameter: "θ", constant: "c", operator: "ƒ", loss: "L", block: "+" };
