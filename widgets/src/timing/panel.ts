// A panel: one race, live or recorded, with its plot, its numbers at one size, and where they come from.
import { focusable, html, svg } from "../shared/dom";
import { sign } from "../shared/chart";
import { SERIES } from "../shared/color";
import type { Scale } from "../shared/scale";
import { shown, type Look, type Race, type View } from "./model";
import { SIGNS } from "./plot";
import { strip } from "./strip";
import { between, duration } from "./units";
import { roofline, speed, times, type Drawing, type Room } from "./views";

const DRAW: Record<Exclude<View, "table">, (race: Race, look: Look, room: Room) => Drawing> = { times, samples: strip, speed, roofline };
const HEIGHT = 320;

export class Panel {
  readonly element: HTMLElement;
  private readonly verdict = html("p", { class: "mxw-verdict" });
  private readonly crossings = html("p", { class: "mxw-crossings" });
  private readonly canvas = svg("svg", { class: "mxw-plot", "aria-hidden": "true" });
  private readonly stage = focusable(html("div", { class: "mxw-stage", role: "slider", tabindex: 0, "aria-valuemin": 0 }, this.canvas));
  private readonly table = focusable(html("div", { class: "mxw-scroll", role: "region", tabindex: 0 }));
  private readonly side = html("section", { class: "mxw-side" });
  private race: Race | undefined;
  private look: Look = { size: 0, launch: true, event: false, copies: true };
  private x: Scale | undefined;

  /** `select` is told the number of a size that the reader chose, `hover` one under the pointer, or -1. */
  constructor(
    private readonly title: string,
    private readonly select: (size: number) => void,
    hover: (size: number) => void,
    on: { signal: AbortSignal },
  ) {
    this.element = html("section", { class: "mxw-panel", "aria-label": title });
    this.stage.addEventListener("keydown", (event) => {
      const last = (this.race?.board.sizes.length ?? 1) - 1;
      const steps: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 3, PageDown: -3, Home: -last, End: last };
      const step = steps[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      const size = Math.min(Math.max(this.look.size + step, 0), last);
      this.look = { ...this.look, size }; // the next key may come before the next frame
      select(size);
      event.preventDefault();
      event.stopPropagation();
    }, on);
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.movementX === 0 && event.movementY === 0) return; // the page moved under a pointer at rest
      hover(this.under(event));
    }, on);
    this.canvas.addEventListener("pointerleave", () => hover(-1), on);
    this.canvas.addEventListener("click", (event) => {
      const size = this.under(event);
      if (size >= 0) this.select(size);
    }, on);
  }

  get sizes(): readonly number[] {
    return this.race?.board.sizes ?? [];
  }

  /** Show a race. */
  show(race: Race): void {
    const { board } = race;
    if (!this.race) {
      const head = html("div", { class: "mxw-head" });
      if (board.badge) {
        this.element.classList.add("mxw-replay");
        head.append(html("p", { class: "mxw-origin" }, html("span", { class: "mxw-badge" }, board.badge), html("strong", {}, board.origin), html("span", {}, `not measured here · on the host: ${board.machine}`)));
      }
      head.append(this.verdict, this.crossings);
      this.element.append(head, this.stage, this.side, this.table);
    }
    this.race = race;
    this.verdict.textContent = board.verdict;
    this.crossings.textContent = board.pairs.map((pair) => pair.text).join(" ");
  }

  /** Draw a view; `hovered` is the size that the pointer is on, or -1. */
  draw(view: View, look: Look, hovered: number): void {
    const { race } = this;
    if (!race) return;
    const { board } = race;
    const detail = hovered >= 0 ? { ...look, size: hovered } : look;
    this.look = look;
    const isTable = view === "table";
    this.stage.hidden = isTable;
    this.table.hidden = !isTable;
    this.side.hidden = isTable;
    this.stage.setAttribute("aria-label", `${this.title}: size n, plot of ${view}`);
    this.stage.setAttribute("aria-valuemax", String(board.sizes.length - 1));
    this.stage.setAttribute("aria-valuenow", String(look.size));
    this.stage.setAttribute("aria-valuetext", this.words(look));
    this.showSide(detail);
    if (isTable) return this.showTable(look);
    const room = { width: this.stage.clientWidth || 620, height: HEIGHT };
    const drawing = DRAW[view](race, detail, room);
    this.x = drawing.x;
    const n = board.sizes[detail.size];
    this.canvas.style.height = `${drawing.height ?? HEIGHT}px`;
    const parts: SVGElement[] = [drawing.group];
    if (drawing.x && n !== undefined) parts.unshift(svg("line", { class: "mxw-cursor", x1: drawing.x.at(n), x2: drawing.x.at(n), y1: 34, y2: HEIGHT - 46 }));
    this.canvas.replaceChildren(...parts);
  }

  private under(event: PointerEvent | MouseEvent): number {
    if (!this.x || !this.race) return -1;
    const at = event.clientX - this.canvas.getBoundingClientRect().left;
    const apart = this.race.board.sizes.map((n) => Math.abs(this.x!.at(n) - at));
    return apart.indexOf(Math.min(...apart));
  }

  private words(look: Look): string {
    const { board } = this.race!;
    const parts = board.cells.filter((cell) => cell[1] === look.size).map((cell) => `${board.entrants[cell[0]]!.name} ${duration(cell[4])}`);
    return `n = ${board.sizes[look.size] ?? ""}: ${parts.join(", ") || "not measured"}`;
  }

  private showSide(look: Look): void {
    const { board } = this.race!;
    const cards = shown(board, look).map((k) => {
      const entrant = board.entrants[k]!;
      const cell = board.cells.find((c) => c[0] === k && c[1] === look.size);
      const icon = svg("svg", { class: board.badge ? "mxw-icon mxw-recorded" : "mxw-icon", viewBox: "-6 -6 12 12", "aria-hidden": "true", style: `color:${SERIES[k % 6]}` }, svg("path", { d: sign(SIGNS[k % 6]!, 4) }));
      const card = html("div", { class: "mxw-time" }, html("p", { class: "mxw-who" }, icon, entrant.name));
      if (!cell) {
        card.append(html("p", { class: "mxw-faint" }, "not measured"));
        return card;
      }
      card.append(html("p", { class: "mxw-value-big" }, duration(cell[4])), html("p", { class: "mxw-faint" }, between(cell[5], cell[6]) || "too few samples for an interval"));
      const list = html("dl");
      const add = (name: string, value: string) => list.append(html("dt", {}, name), html("dd", {}, value));
      if (entrant.device === "gpu") {
        if (!entrant.transfer) add("launch only ✗", duration(cell[7])); // copying to the host waits for the device
        if (cell[8] !== null) add("event", duration(cell[8]));
      }
      add("first call", duration(cell[9]));
      add("samples", `${cell[3]} of ${cell[2]} ${cell[2] === 1 ? "call" : "calls"} each`);
      card.append(list);
      return card;
    });
    this.side.setAttribute("aria-label", `${this.title}, at one size`);
    this.side.replaceChildren(html("p", { class: "mxw-size" }, `n = ${board.sizes[look.size] ?? ""}`), ...cards);
  }

  private showTable(look: Look): void {
    const { board } = this.race!;
    const columns = shown(board, look);
    const head = html("tr", {}, html("th", { scope: "col" }, "n"), ...columns.map((k) => html("th", { scope: "col" }, board.entrants[k]!.name)));
    const rows = board.sizes.map((n, s) => html("tr", s === look.size ? { class: "mxw-chosen" } : {}, html("th", { scope: "row" }, String(n)), ...columns.map((k) => {
      const cell = board.cells.find((c) => c[0] === k && c[1] === s);
      return html("td", {}, duration(cell?.[4] ?? null), html("span", { class: "mxw-faint" }, cell ? ` ${between(cell[5], cell[6])}` : ""));
    })));
    this.table.setAttribute("aria-label", `${this.title}: table of medians`);
    this.table.replaceChildren(html("table", { class: "mxw-table" }, html("caption", {}, "Median time of one call, with its 95 % interval"), html("thead", {}, head), html("tbody", {}, ...rows)));
  }
}
