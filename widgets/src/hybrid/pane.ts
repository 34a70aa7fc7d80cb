// One of the two graphs: cards and lines that Python placed, in a window that scrolls.
import { focusable, html, svg } from "../shared/dom";
import { gathered, showing, type Mark } from "./fates";
import type { Scene, Table } from "./model";

let panes = 0; // makes the ids of arrowheads unique in a page with several widgets

export type Acts = {
  select(id: number): void;
  toggle(group: number): void;
  cross(): void; // go to the other side
};

export class Pane {
  readonly root: HTMLElement;
  readonly window: HTMLElement;
  scene: Scene | undefined;
  private readonly heading = html("div", { class: "mxw-pane-name" });
  private readonly svg: SVGSVGElement;
  private readonly plane = svg("g");
  private readonly tip = `mxw-hybrid-${++panes}`;
  private items: SVGGElement[] = [];
  private order: number[] = []; // of the items, as one reads

  constructor(private readonly table: Table, name: string, private readonly acts: Acts) {
    const marker = (id: string, style: string) =>
      svg("marker", { id, viewBox: "0 0 8 8", refX: 7.2, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" },
        svg("path", { d: "M0 0.6L8 4L0 7.4Z", class: style }));
    this.svg = svg("svg", { class: "mxw-plane", role: "group", "aria-label": name },
      svg("defs", {}, marker(this.tip, "mxw-tip"), marker(`${this.tip}-chain`, "mxw-tip mxw-tip-chain")), this.plane);
    this.window = html("div", { class: "mxw-window" }, this.svg);
    this.root = html("section", { class: "mxw-pane", "aria-label": name }, this.heading, this.window);
    this.svg.addEventListener("click", (event) => this.act(event.target, true));
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  /** Say what is shown, above the drawing. */
  title(text: string, count: string): void {
    this.heading.replaceChildren(html("strong", {}, text), html("span", {}, count));
  }

  /** Say why nothing is shown. */
  wait(text: string): void {
    this.scene = undefined;
    this.items = [];
    this.plane.replaceChildren();
    this.heading.append(html("em", {}, text));
  }

  /** Draw a scene with its signs; `chained` tells whether a line joins two nodes of one chain. */
  show(scene: Scene, marks: ReadonlyMap<number, Mark[]>, chained: (a: number, b: number) => boolean, vanish: boolean): void {
    const focus = this.items.findIndex((item) => item === document.activeElement);
    const held = focus >= 0 ? this.scene?.items[focus]?.[9][0] : undefined;
    this.scene = scene;
    this.order = scene.items.map((_, k) => k).sort((a, b) => scene.items[a]![1] - scene.items[b]![1] || scene.items[a]![0] - scene.items[b]![0]);
    const frames = scene.frames.map(([group, title, titleX, x, y, width, height]) => {
      const handle = focusable(svg("g", { class: "mxw-handle", role: "button", tabindex: -1, "aria-expanded": "true", "aria-label": `open Block: ${title}` },
        svg("rect", { x: titleX - 4, y: y + 3, width: 24 + title.length * 7, height: 19, rx: 5 }),
        svg("path", { d: `M${titleX + 3} ${y + 12}h6` }), svg("text", { x: titleX + 17, y: y + 16 }, title)));
      handle.dataset["group"] = String(group);
      return svg("g", { class: "mxw-block" }, svg("rect", { x, y, width, height, rx: 10 }), handle);
    });
    const wires = scene.wires.map(([source, targets, d, arrow]) => {
      const from = scene.items[source]![9];
      const chain = targets.length === 1 && from.length === 1 && scene.items[targets[0]!]![9].length === 1 && chained(from[0]!, scene.items[targets[0]!]![9][0]!);
      const wire = svg("path", { d, class: chain ? "mxw-wire mxw-chain" : "mxw-wire" });
      if (arrow) wire.setAttribute("marker-end", `url(#${this.tip}${chain ? "-chain" : ""})`);
      return wire;
    });
    this.items = scene.items.map((_, k) => this.card(k, gathered(scene.items[k]![9], marks), vanish));
    const labels = scene.labels.map(([x, y, text]) => svg("text", { x, y, class: "mxw-label" }, text));
    this.plane.replaceChildren(svg("g", {}, ...frames), svg("g", { "aria-hidden": "true" }, ...wires), svg("g", {}, ...this.items),
      svg("g", { "aria-hidden": "true" }, ...labels));
    this.resize();
    this.rove(this.order[0] ?? 0);
    if (held !== undefined) this.items[Math.max(0, scene.items.findIndex((item) => item[9].includes(held)))]?.focus({ preventScroll: true });
  }

  /** Fit the drawing into the window's width, as long as it stays legible. */
  resize(): void {
    if (!this.scene) return;
    const scale = Math.max(0.62, Math.min(1, ((this.window.clientWidth || 420) - 8) / this.scene.width));
    this.svg.setAttribute("viewBox", `0 0 ${this.scene.width} ${this.scene.height}`);
    this.svg.setAttribute("width", String(Math.round(this.scene.width * scale)));
    this.svg.setAttribute("height", String(Math.round(this.scene.height * scale)));
  }

  /** Mark the selected nodes, and the others of their chain. */
  select(chosen: readonly number[], near: readonly number[]): SVGGElement | undefined {
    let first: SVGGElement | undefined;
    const places = new Set(chosen.map((id) => showing(this.scene, id)));
    const around = new Set(near.map((id) => showing(this.scene, id)));
    this.items.forEach((item, k) => {
      item.setAttribute("aria-pressed", String(places.has(k)));
      item.classList.toggle("mxw-near", around.has(k) && !places.has(k));
      if (places.has(k)) first ??= item;
    });
    if (first) {
      this.rove(this.items.indexOf(first));
      this.reveal(first);
    }
    return first;
  }

  /** Move the focus to the selected item, or to the first. */
  focus(): void {
    (this.items.find((item) => item.getAttribute("aria-pressed") === "true") ?? this.items[this.order[0] ?? 0])?.focus({ preventScroll: true });
  }

  private card(k: number, marks: Mark[], vanish: boolean): SVGGElement {
    const [x, y, w, h, kind, title, subtitle, aria, group] = this.scene!.items[k]!;
    const [, sign, color, ink] = this.table.looks[kind] ?? ["", "", "#888", "#000"];
    const gone = vanish && group < 0 && marks.some((mark) => this.table.gone.includes(mark.kind));
    const told = marks.map((mark) => `${mark.count > 1 ? `${mark.count} times ` : ""}${this.table.marks[mark.kind]?.[0] ?? mark.kind}`);
    const card = focusable(svg("g", { class: gone ? "mxw-card mxw-gone" : "mxw-card", role: "button", tabindex: -1, "aria-pressed": "false",
      "aria-label": [aria, ...told].join(", "), transform: `translate(${x} ${y})` }));
    if (group >= 0) card.setAttribute("aria-expanded", "false");
    card.dataset["item"] = String(k);
    card.append(svg("rect", { class: "mxw-ring", x: -5, y: -5, width: w + 10, height: h + 10, rx: 11 }));
    if (group >= 0) card.append(svg("rect", { class: "mxw-behind", x: 4, y: 4, width: w, height: h, rx: 7, stroke: color }));
    card.append(
      svg("rect", { class: "mxw-face", width: w, height: h, rx: 7, stroke: color }),
      svg("path", { d: `M24 0H7Q0 0 0 7V${h - 7}Q0 ${h} 7 ${h}H24Z`, fill: color }),
      svg("text", { x: 12, y: h / 2 + 4.5, class: "mxw-sign", fill: ink }, sign),
      svg("text", { x: 33, y: subtitle ? 17.5 : h / 2 + 4.5, class: "mxw-name" }, title),
    );
    if (subtitle) card.append(svg("text", { x: 33, y: 32, class: "mxw-sub" }, subtitle));
    marks.slice(0, 3).forEach((mark, place) => {
      const [label, glyph, fill, letters] = this.table.marks[mark.kind] ?? ["", "", "#888", "#000"];
      const badge = svg("g", { class: mark.fresh ? "mxw-badge-sign mxw-fresh" : "mxw-badge-sign", transform: `translate(${w - 4 - 19 * place} -4)` },
        svg("title", {}, label));
      if (mark.fresh) badge.append(svg("circle", { r: 12, class: "mxw-halo", stroke: fill }));
      badge.append(svg("circle", { r: 8.5, fill }), svg("text", { y: 4, fill: letters }, glyph));
      card.append(badge);
    });
    return card;
  }

  private reveal(item: SVGGElement): void {
    const [box, view] = [item.getBoundingClientRect(), this.window.getBoundingClientRect()];
    if (box.height === 0) return;
    if (box.top < view.top + 8 || box.bottom > view.bottom - 8) this.window.scrollTop += (box.top + box.bottom - view.top - view.bottom) / 2;
    if (box.left < view.left || box.right > view.right) this.window.scrollLeft += (box.left + box.right - view.left - view.right) / 2;
  }

  private rove(place: number): void {
    this.items.forEach((item, k) => item.setAttribute("tabindex", k === place ? "0" : "-1"));
    for (const handle of this.plane.querySelectorAll(".mxw-handle")) handle.setAttribute("tabindex", "0");
  }

  private act(target: EventTarget | null, byHand: boolean): void {
    const element = target instanceof Element ? target.closest<SVGGElement>("[data-item], [data-group]") : null;
    if (!element || !this.scene) return;
    if (byHand) element.focus({ preventScroll: true });
    if (element.dataset["group"] !== undefined) return this.acts.toggle(Number(element.dataset["group"]));
    const item = this.scene.items[Number(element.dataset["item"])]!;
    if (item[8] >= 0) this.acts.toggle(item[8]);
    else this.acts.select(item[9][0]!);
  }

  private key(event: KeyboardEvent): void {
    const here = this.items.findIndex((item) => item === event.target);
    const at = this.order.indexOf(here);
    if (event.key === "Enter" || event.key === " ") this.act(event.target, false);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.acts.cross();
    else if (at >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const next = this.order[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (next !== undefined) {
        this.items[next]!.focus({ preventScroll: true });
        this.reveal(this.items[next]!);
        const item = this.scene!.items[next]!;
        if (item[8] < 0) this.acts.select(item[9][0]!);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
