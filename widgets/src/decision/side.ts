// Beside the plane: the confusion matrix, its shares, and the ROC curve with the point of the threshold.
import { axes, curve as path, sign } from "../shared/chart";
import { html, svg } from "../shared/dom";
import { Scale } from "../shared/scale";
import { area, counts, roc, share } from "./metrics";
import type { Points, Setup } from "./model";

const SIZE = 150;

export class Side {
  readonly element = html("div", { class: "mxw-decisions" });
  private readonly heading = html("div", { class: "mxw-heading" });
  private readonly said = ["col", "col"].map((scope) => html("th", { scope }));
  private readonly truth = ["row", "row"].map((scope) => html("th", { scope }));
  private readonly cells = [0, 1, 2, 3].map((k) => html("td", { class: k === 0 || k === 3 ? "mxw-right" : "mxw-wrong" }));
  private readonly shares = html("div", { class: "mxw-shares" });
  private readonly curve = svg("path", { class: "mxw-roc" });
  private readonly now = svg("path", { class: "mxw-roc-now", d: sign("diamond", 5) });
  private readonly caption = svg("text", { class: "mxw-plot-title", x: 44, y: 14 });
  private readonly plot = svg("svg", { class: "mxw-roc-plot", viewBox: "-14 0 228 222", role: "img" });
  private readonly x = new Scale(0, 1, 46, 46 + SIZE);
  private readonly y = new Scale(0, 1, 26 + SIZE, 26);

  constructor(private readonly setup: Setup) {
    const [found, missed, alarmed, calm] = this.cells as unknown as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
    const [yes, no] = this.truth as unknown as [HTMLElement, HTMLElement];
    const table = html("table", { class: "mxw-table mxw-confusion" },
      html("thead", {}, html("tr", {}, html("td"), ...this.said)),
      html("tbody", {}, html("tr", {}, yes, found, missed), html("tr", {}, no, alarmed, calm)));
    this.plot.append(
      axes(this.x, this.y, { x: "false alarms", y: "found", xTicks: 2, yTicks: 2 }),
      svg("path", { class: "mxw-diagonal", d: `M${this.x.start} ${this.y.start}L${this.x.end} ${this.y.end}` }),
      this.curve, this.now, this.caption,
    );
    this.element.append(this.heading, table, this.shares, this.plot);
  }

  show(points: Points, threshold: number, chosen: number): void {
    const probability = points.score.map((row) => row[chosen] ?? NaN);
    const ofClass = points.label.map((label) => label === chosen);
    const all = counts(probability, ofClass, threshold);
    const names = [this.setup.classes[chosen] ?? String(chosen), this.rest(chosen)];
    this.heading.textContent = `Says ${names[0]} from ${Math.round(100 * threshold)} % on`;
    names.forEach((name, k) => {
      this.said[k]!.textContent = `says ${name}`;
      this.truth[k]!.textContent = name;
    });
    const numbers = [all.found, all.missed, all.alarmed, all.calm];
    this.cells.forEach((cell, k) => {
      cell.textContent = `${k === 0 || k === 3 ? "✓" : "✗"} ${numbers[k]}`;
    });
    const rows: [string, string][] = [
      ["right", share(all.found + all.calm, points.length)],
      ["precision", share(all.found, all.found + all.alarmed)],
      ["recall", share(all.found, all.found + all.missed)],
    ];
    this.shares.replaceChildren(...rows.map(([label, text]) => html("div", {}, html("span", {}, label), html("strong", {}, text))));
    const line = roc(probability, ofClass);
    const below = area(line).toFixed(3);
    this.caption.textContent = line.length ? `ROC curve, area ${below}` : "ROC curve: one class only";
    this.plot.setAttribute("aria-label", `${this.caption.textContent}; now ${share(all.found, all.found + all.missed)} found, ${share(all.alarmed, all.alarmed + all.calm)} false alarms`);
    this.curve.setAttribute("d", path(line.map(([a]) => a), line.map(([, b]) => b), this.x, this.y));
    const [alarms, found] = [all.alarmed / (all.alarmed + all.calm), all.found / (all.found + all.missed)];
    const placed = line.length > 0 && Number.isFinite(alarms) && Number.isFinite(found);
    this.now.setAttribute("transform", placed ? `translate(${this.x.at(alarms).toFixed(1)} ${this.y.at(found).toFixed(1)})` : "translate(-99 -99)");
  }

  /** Return what the other rows are called. */
  private rest(chosen: number): string {
    const { classes } = this.setup;
    return classes.length === 2 ? (classes[1 - chosen] ?? "") : `not ${classes[chosen]}`;
  }
}
