// The way through the passes: one step each, and what the chosen one did, in words.
import { button, focusable, html } from "../shared/dom";
import type { Table } from "./model";

const LISTED = 60; // changes of a pass that are listed

export class Passes {
  readonly root: HTMLElement;
  private readonly steps: HTMLButtonElement[];
  private readonly what = html("div", { class: "mxw-what", "aria-live": "polite" });
  private readonly list = html("ul", { class: "mxw-changes" });
  private readonly back: HTMLButtonElement;
  private readonly on: HTMLButtonElement;

  constructor(private readonly table: Table, private readonly go: (stage: number) => void, private readonly select: (id: number) => void) {
    this.steps = table.stages.map((stage, k) => {
      const done = k === 0 ? "" : stage.changes.length === 0 ? "nothing to do" : `${stage.changes.length} ${stage.changes.length === 1 ? "change" : "changes"}`;
      return focusable(html("button", { type: "button", class: stage.changes.length > 0 || k === 0 ? "mxw-step" : "mxw-step mxw-idle", "aria-pressed": "false", tabindex: -1 },
        html("span", { class: "mxw-dot", "aria-hidden": "true" }), html("b", {}, stage.label), html("span", {}, done || `${stage.count} operators`)));
    });
    this.steps.forEach((step, k) => step.addEventListener("click", () => go(k)));
    this.back = button("One pass back", "←", () => this.go(this.at() - 1));
    this.on = button("One pass on", "→", () => this.go(this.at() + 1));
    const line = html("div", { class: "mxw-steps", role: "group", "aria-label": "Passes of the compiler" }, ...this.steps);
    line.addEventListener("keydown", (event) => {
      const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (move === 0) return;
      event.preventDefault();
      event.stopPropagation();
      const next = Math.min(Math.max(this.at() + move, 0), this.steps.length - 1);
      this.go(next);
      this.steps[next]!.focus({ preventScroll: true });
    });
    this.root = html("div", { class: "mxw-passes" }, html("div", { class: "mxw-way" }, this.back, line, this.on),
      html("div", { class: "mxw-done" }, this.what, this.list));
  }

  /** Show what the pass of a stage did. */
  show(stage: number): void {
    const { name, what, count, changes } = this.table.stages[stage]!;
    this.steps.forEach((step, k) => {
      step.setAttribute("aria-pressed", String(k === stage));
      step.setAttribute("tabindex", k === stage ? "0" : "-1");
      step.classList.toggle("mxw-past", k < stage);
    });
    this.back.disabled = stage === 0;
    this.on.disabled = stage === this.steps.length - 1;
    const tail = stage === 0 ? ` ${count} operators.` : changes.length === 0 ? " Here there was nothing to do." : ` Operators: ${count}.`;
    this.what.replaceChildren(html("code", {}, name), ` ${what}${tail}`);
    this.list.replaceChildren(...changes.slice(0, LISTED).map(([kind, ids, , text]) => {
      const [label, sign, color, ink] = this.table.marks[kind] ?? [kind, "", "#888", "#000"];
      const badge = html("span", { class: "mxw-dot-sign", style: `background:${color};color:${ink}`, title: label, "aria-hidden": "true" }, sign);
      const entry = focusable(html("button", { type: "button", class: "mxw-change" }, badge, html("span", {}, text)));
      entry.addEventListener("click", () => this.select(ids[0]!));
      return html("li", {}, entry);
    }));
    if (changes.length > LISTED) this.list.append(html("li", {}, `and ${changes.length - LISTED} more`));
  }

  private at(): number {
    return this.steps.findIndex((step) => step.getAttribute("aria-pressed") === "true");
  }
}
