// The confusion matrix and the mistakes of a network: a cell chooses the mistakes that are shown.
import type { RenderProps } from "@anywidget/types";
import { button, focusable, html } from "../shared/dom";
import { Frame } from "../shared/frame";
import { floats } from "../shared/numbers";
import type { Mistake, MistakesModel } from "./model";

/** Return where an arrow key leads in rows of `columns`, undefined where the key is none or leads nowhere. */
export function move(key: string, at: number, count: number, columns: number): number | undefined {
  const places: Record<string, number> = {
    ArrowLeft: at % columns === 0 ? -1 : at - 1,
    ArrowRight: (at + 1) % columns === 0 ? -1 : at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: count - 1,
  };
  const next = places[key];
  return next !== undefined && next >= 0 && next < count ? next : undefined;
}

/** Let arrow keys go through elements in rows, of which Tab reaches one. */
function rove(elements: HTMLElement[], columns: () => number, on: AddEventListenerOptions): void {
  elements.forEach((element, at) => {
    focusable(element).tabIndex = at === 0 ? 0 : -1;
    element.addEventListener("focus", () => elements.forEach((other) => (other.tabIndex = other === element ? 0 : -1)), on);
    element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = move(event.key, at, elements.length, columns());
      if (next === undefined && !event.key.startsWith("Arrow")) return;
      if (next !== undefined) elements[next]!.focus();
      event.preventDefault();
      event.stopPropagation();
    }, on);
  });
}

export function renderMistakes({ model, el }: RenderProps<MistakesModel>): () => void {
  const table = model.get("table");
  const frame = new Frame(model, el, "mistakes", table.title || "Mistakes", table.summary);
  const count = table.classes.length;
  const counts = floats(model.get("counts"));
  const mistakes = model.get("mistakes");
  const pixels = model.get("pixels");
  let shown: Mistake[] = [];

  const choose = (cell: number[]) => {
    model.set("cell", cell);
    model.save_changes();
    show();
  };
  frame.bar.append(html("span", { class: "mxw-score" }, `${table.total - table.wrong} of ${table.total} right`), button("Show all mistakes", "All mistakes", () => choose([])));

  // -- the matrix --------------------------------------------------------------------------------------------------
  const cells: HTMLElement[] = [];
  const rows = table.classes.map((truth, i) => {
    const sum = counts.subarray(i * count, (i + 1) * count).reduce((a, b) => a + b, 0) || 1;
    const row = table.classes.map((guess, j) => {
      const number = counts[i * count + j]!;
      const share = number / sum;
      const tint = i === j ? 70 * share : 60 * Math.sqrt(share);
      const cell = html("td", { role: "gridcell", class: `mxw-cell ${i === j ? "mxw-right" : "mxw-wrong"}`, style: `--tint:${tint.toFixed(1)}%`, "aria-label": i === j ? `${truth} read right: ${number}` : `${truth} read as ${guess}: ${number}` }, number ? String(number) : "");
      cell.addEventListener("click", () => choose([i, j]), frame.signal);
      cell.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") choose([i, j]);
        else if (event.key === "Escape") choose([]);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }, frame.signal);
      cells.push(cell);
      return cell;
    });
    return html("tr", { role: "row" }, html("th", { role: "rowheader", title: truth }, html("span", {}, truth)), ...row);
  });
  rove(cells, () => count, frame.signal);
  const head = html("tr", { role: "row" }, html("td", { role: "gridcell", class: "mxw-corner" }, "truth ↓\nprediction →"), ...table.classes.map((name) => html("th", { role: "columnheader", title: name }, html("span", {}, name))));
  const matrix = html("table", { class: "mxw-matrix", role: "grid", "aria-label": "Confusion matrix: row true class, column prediction" }, html("thead", { role: "rowgroup" }, head), html("tbody", { role: "rowgroup" }, ...rows));
  const legend = html("p", { class: "mxw-legend" }, html("span", { class: "mxw-chip mxw-right" }), "right", html("span", { class: "mxw-chip mxw-wrong" }), "wrong: choose a cell to see its mistakes");
  const note = table.all > count ? html("p", { class: "mxw-legend" }, `The ${count} of ${table.all} classes with the most mistakes.`) : "";
  const left = html("div", { class: "mxw-left" }, matrix, legend, note);

  // -- the mistakes ------------------------------------------------------------------------------------------------
  const heading = html("h4", { class: "mxw-heading" });
  const list = html("div", { class: "mxw-cards", role: "group", "aria-label": "Mistakes" });
  const detail = html("section", { class: "mxw-detail", "aria-live": "polite", "aria-label": "Selected mistake" });
  frame.body.append(left, html("div", { class: "mxw-right-side" }, heading, list, detail));
  frame.foot.prepend(html("span", { class: "mxw-key" }, html("kbd", {}, "←"), html("kbd", {}, "↑"), html("kbd", {}, "↓"), html("kbd", {}, "→"), "move"), html("span", { class: "mxw-key" }, html("kbd", {}, "Enter"), "filter by a cell"), html("span", { class: "mxw-key" }, html("kbd", {}, "Esc"), "all"));

  function picture(mistake: Mistake): HTMLElement {
    if (table.height === 0) return html("span", { class: "mxw-numbers" }, mistake.row);
    const canvas = html("canvas", { class: "mxw-image", width: table.width, height: table.height, "aria-hidden": "true" });
    const context = canvas.getContext("2d");
    if (!context) return canvas;
    const image = context.createImageData(table.width, table.height);
    const size = table.width * table.height * table.channels;
    const start = mistakes.indexOf(mistake) * size;
    for (let k = 0; k < table.width * table.height; k += 1) {
      for (let c = 0; c < 3; c += 1) {
        const value = pixels.getUint8(start + k * table.channels + (table.channels === 3 ? c : 0));
        image.data[4 * k + c] = table.channels === 3 ? value : 255 - value; // gray: ink on paper
      }
      image.data[4 * k + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  function show(): void {
    const [i = -1, j = -1] = model.get("cell");
    cells.forEach((cell, at) => cell.setAttribute("aria-selected", String(at === i * count + j && i >= 0)));
    shown = mistakes.filter((mistake) => i < 0 || (mistake.cell[0] === i && mistake.cell[1] === j));
    const number = i < 0 ? table.wrong : i === j ? 0 : counts[i * count + j]!;
    const some = shown.length < number ? `, ${shown.length} shown` : "";
    const what = i < 0 ? "All mistakes, the surest first" : i === j ? `${table.classes[i]} read right` : `${table.classes[i]} read as ${table.classes[j]}, the surest first`;
    heading.textContent = i >= 0 && i === j ? `${what}: ${counts[i * count + j]} samples, no mistake` : `${what}: ${number}${some}`;
    const cards = shown.map((mistake) => {
      const card = html("button", { type: "button", class: "mxw-card-button", "aria-label": `Sample ${mistake.sample}: ${mistake.truth} read as ${mistake.guess}, ${mistake.sure} sure` }, picture(mistake),
        html("strong", {}, `${mistake.truth} → ${mistake.guess}`), html("span", {}, mistake.sure));
      card.addEventListener("click", () => pick(mistake), frame.signal);
      card.addEventListener("focus", () => pick(mistake), frame.signal);
      card.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        choose([]);
        cells[0]!.focus();
        event.preventDefault();
        event.stopPropagation();
      }, frame.signal);
      return card;
    });
    rove(cards, () => Math.max(1, cards.filter((card) => card.offsetTop === cards[0]!.offsetTop).length), frame.signal);
    list.replaceChildren(...cards);
    detail.replaceChildren();
    if (shown[0]) pick(shown[0]);
  }

  function pick(mistake: Mistake): void {
    shown.forEach((other, k) => (list.children[k] as HTMLElement | undefined)?.classList.toggle("mxw-picked", other === mistake));
    const bars = mistake.likely.map(([name, percent, share]) => html("div", { class: "mxw-likely" }, html("span", {}, name === mistake.truth ? `${name} (true)` : name),
      html("span", { class: "mxw-progress" }, html("span", { class: "mxw-fill", style: `width:${(100 * share).toFixed(1)}%` })), html("span", { class: "mxw-percent" }, percent)));
    const truth = mistake.likely.some(([name]) => name === mistake.truth) ? "" : html("p", {}, `The true class ${mistake.truth} got ${mistake.own}.`);
    detail.replaceChildren(picture(mistake), html("div", { class: "mxw-odds" }, html("p", {}, html("strong", {}, `Sample ${mistake.sample}: `), `${mistake.truth} was read as ${mistake.guess}`), ...bars, truth));
  }

  frame.on("cell", show);
  show();
  frame.ready();
  return () => frame.close();
}
