// The lens: tiles that are read cell by cell, the histogram beside them, and what is wrong in the array.
import type { RenderProps } from "@anywidget/types";
import { Canvas } from "../shared/canvas";
import { choice, slider, toggle } from "../shared/controls";
import { focusable, html, svg } from "../shared/dom";
import { sign } from "../shared/chart";
import { Frame } from "../shared/frame";
import { countText, floats, numberText } from "../shared/numbers";
import { drawTiles, sheet, SIGNS, type Sheet } from "./draw";
import { histogram } from "./histogram";
import type { Kind, Limits, Model, View } from "./model";
import { assigned, cellAt, cellOf, choicesOver, grid, indexText, shortest, step, viewOf, type Cell } from "./places";

const PAUSE = 140; // milliseconds that a reader rests on a cell before the kernel is asked for it
const PACE = 50; // milliseconds between two cuts while a slider moves
const KINDS: readonly (readonly [Kind, string])[] = [["nan", "NaN"], ["inf", "Inf"], ["outliers", "outliers"]];
const LIMITS: readonly (readonly [Limits, string])[] = [["robust", "all but outliers"], ["percentile", "1–99 %"], ["all", "all numbers"]];

function render({ model, el }: RenderProps<Model>): () => void {
  const frame = new Frame(model, el, "arrays", model.get("info").name, `lens on ${model.get("info").description}`);
  const { signal } = frame;
  let shown: Sheet | undefined;
  let values = floats(model.get("values"));
  let marks: Uint8Array = new Uint8Array(0);
  let chosen: Cell | undefined;
  let wish: number[] | undefined; // an element that the reader jumps to, once its tile has come
  let timer: ReturnType<typeof setTimeout> | undefined;
  frame.onClose(() => clearTimeout(timer));

  const write = <K extends keyof Model>(name: K, value: Model[K]): void => {
    model.set(name, value);
    model.save_changes();
  };

  const made = new Map<string, string>();
  /** Tell whether controls have to be made anew: those that the reader holds are kept as long as they fit. */
  function changed(what: string, state: unknown): boolean {
    const now = JSON.stringify(state);
    if (made.get(what) === now) return false;
    made.set(what, now);
    return true;
  }
  let which: ReturnType<typeof choice> | undefined;

  // -- the parts ---------------------------------------------------------------------------------------------------
  const head = html("span", { class: "mxw-arrays-head" });
  const arrays = html("span", { class: "mxw-arrays-slot" });
  const limits = choice("Colors", LIMITS, model.get("limits"), (value) => write("limits", value as Limits));
  const roles = html("div", { class: "mxw-arrays-roles" });
  const cuts = html("div", { class: "mxw-arrays-roles" });
  const caption = html("p", { class: "mxw-arrays-caption" });
  const reading = html("output", { class: "mxw-arrays-reading", "aria-live": "polite" });
  const canvas = new Canvas((context, theme) => {
    const info = model.get("info");
    if (shown) drawTiles(context, theme, canvas.width, shown, values, marks, info.limits[model.get("limits")] ?? info.limits.robust, chosen);
  }, (width) => grid(model.get("tiles"), width).height);
  const pixels = focusable(canvas.element);
  pixels.removeAttribute("aria-hidden");
  for (const [name, value] of [["role", "application"], ["tabindex", "0"]] as const) pixels.setAttribute(name, value);
  const stage = html("div", { class: "mxw-arrays-canvas" }, pixels);
  const plot = html("div");
  const numbers = html("dl", { class: "mxw-arrays-numbers" });
  const wrong = html("div", { class: "mxw-arrays-wrong" });
  const list = html("div", { class: "mxw-arrays-list", "aria-live": "polite" });
  const log = toggle("Logarithmic counts", "log counts", model.get("logarithmic"), (pressed) => write("logarithmic", pressed));
  frame.bar.append(arrays, limits.element, log.element);
  frame.body.append(
    html("div", { class: "mxw-arrays-stage" }, roles, stage, caption, cuts),
    html("section", { class: "mxw-arrays-side", "aria-label": "Numbers" }, plot, numbers, wrong, list));
  frame.foot.prepend(reading);
  frame.bar.querySelector(".mxw-title")?.after(head);

  // -- the whole array ---------------------------------------------------------------------------------------------
  function showInfo(): void {
    const info = model.get("info");
    frame.root.setAttribute("aria-label", `lens on ${info.description}`);
    const title = frame.bar.querySelector(".mxw-title");
    if (title) title.textContent = info.name;
    head.textContent = info.headline;
    const names = model.get("names");
    if (changed("names", names)) {
      const options = names.map((name, k) => [String(k), name] as const);
      which = choice("Array", options, String(model.get("which")), (value) => write("which", Number(value)));
      arrays.replaceChildren(...(names.length > 1 ? [which.element] : []));
    }
    which?.set(String(model.get("which")));
    numbers.replaceChildren(...info.rows.flatMap(([label, text]) => [html("dt", {}, label), html("dd", {}, text)]));
    if (info.sampling) numbers.append(html("p", {}, info.sampling));
    if (changed("wrong", [info.counts, info.rule])) showWrong();
    showPlot();
    showRoles();
  }

  function showWrong(): void {
    const info = model.get("info");
    const focused = [...wrong.children].indexOf(document.activeElement as Element);
    wrong.replaceChildren();
    for (const [kind, label] of KINDS) {
      if (info.counts[kind] === 0) continue;
      const button = toggle(`Show where ${label} are`, `${label} ${countText(info.counts[kind])}`, model.get("wanted") === kind, (pressed) => write("wanted", pressed ? kind : ""));
      button.element.dataset["kind"] = kind;
      if (kind === "outliers") button.element.title = info.rule;
      wrong.append(button.element);
    }
    if (focused >= 0) (wrong.children[Math.min(focused, wrong.children.length - 1)] as HTMLElement | undefined)?.focus();
  }

  function showPlot(): void {
    const info = model.get("info");
    const { block } = model.get("tiles");
    const value = chosen && block[0] * block[1] === 1 ? valueOf(chosen) : NaN;
    plot.replaceChildren(histogram(info, model.get("limits"), model.get("logarithmic"), value));
  }

  // -- which axes are where ----------------------------------------------------------------------------------------
  function look(view: View): void {
    write("view", view);
  }

  let sliding: ReturnType<typeof setTimeout> | undefined;
  /** Look elsewhere while a slider moves: the kernel is asked a few times a second, for the latest. */
  function slide(view: View): void {
    model.set("view", view);
    sliding ??= setTimeout(() => {
      sliding = undefined;
      model.save_changes();
    }, PACE);
  }
  frame.onClose(() => clearTimeout(sliding));

  function showRoles(): void {
    const info = model.get("info");
    const view = model.get("tiles").layout;
    const names = info.axes.map((name, axis) => [String(axis), `${name} (${info.shape[axis]})`] as const);
    if (!changed("roles", [info.axes, info.shape, view.rows, view.columns, view.over])) return;
    const focused = document.activeElement?.getAttribute("aria-label");
    const inside = roles.contains(document.activeElement);
    roles.replaceChildren();
    if (info.axes.length > 1) {
      roles.append(choice("Rows ↓", names, String(view.rows), (value) => look(assigned(view, "rows", Number(value)))).element,
        choice("Columns →", names, String(view.columns), (value) => look(assigned(view, "columns", Number(value)))).element);
    }
    if (info.axes.length > 2) {
      roles.append(choice("Tiles", choicesOver(info, view), view.over.join(","), (value) =>
        look({ ...view, over: value === "" ? [] : value.split(",").map(Number), first: 0 })).element);
    }
    if (inside && focused) roles.querySelector<HTMLElement>(`[aria-label="${focused}"]`)?.focus();
  }

  function showCuts(): void {
    const info = model.get("info");
    const tiles = model.get("tiles");
    const view = tiles.layout;
    const taken = new Set([view.rows, view.columns, ...view.over]);
    const few = view.over.length > 0 && tiles.places.length < tiles.total.reduce((product, extent) => product * extent, 1);
    const first = view.over[0] ?? -1;
    const paged = few || view.first > 0;
    if (!changed("cuts", [info.axes, info.shape, view.over, view.rows, view.columns, paged])) return;
    cuts.replaceChildren();
    info.axes.forEach((name, axis) => {
      if (taken.has(axis) || info.shape[axis]! < 2) return;
      const control = slider(name, { min: 0, max: info.shape[axis]! - 1, step: 1, value: view.fixed[axis] ?? 0 }, (value) => {
        const now = model.get("view");
        slide({ ...now, fixed: now.fixed.map((at, k) => (k === axis ? value : at)) });
      });
      cuts.append(control.element);
    });
    if (paged) {
      cuts.append(slider(`first ${info.axes[first]}`, { min: 0, max: info.shape[first]! - 1, step: 1, value: view.first }, (value) =>
        slide({ ...model.get("view"), first: value })).element);
    }
  }

  // -- the tiles ---------------------------------------------------------------------------------------------------
  function showTiles(): void {
    const [info, tiles, bytes] = [model.get("info"), model.get("tiles"), model.get("marks")];
    values = floats(model.get("values"));
    marks = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (typeof ImageData !== "undefined") shown = sheet(info, tiles, values, model.get("limits"));
    const signs = SIGNS.filter(([bit]) => marks.some((mark) => mark & bit)).map(([, name, label]) =>
      html("span", { class: "mxw-key" }, svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, svg("path", { d: sign(name, 5), class: "mxw-arrays-sign" })), label));
    caption.replaceChildren(html("span", {}, tiles.caption), ...signs);
    pixels.setAttribute("aria-label", `Cells of ${info.name}: ${tiles.caption}. Arrow keys move from cell to cell.`);
    if (wish) {
      const found = cellOf(tiles, wish);
      if (found) choose(found);
      wish = undefined;
    } else if (chosen && !(chosen[0] < tiles.shape[0] && chosen[1] < tiles.shape[1] && chosen[2] < tiles.shape[2])) choose(undefined);
    else if (chosen) choose(chosen);
    showRoles();
    showCuts();
    canvas.redraw();
    if (!chosen) hint();
  }

  function valueOf([tile, row, column]: Cell): number {
    const [, rows, columns] = model.get("tiles").shape;
    return values[(tile * rows + row) * columns + column] ?? NaN;
  }

  // -- reading a cell ----------------------------------------------------------------------------------------------
  function hint(): void {
    reading.textContent = model.get("tiles").shape[0] > 0 ? "Point at a cell, or use the arrow keys, to read its number." : "This array has no elements.";
  }

  function choose(cell: Cell | undefined): void {
    chosen = cell;
    clearTimeout(timer);
    canvas.redraw();
    showPlot();
    if (!cell) return hint();
    const [info, tiles] = [model.get("info"), model.get("tiles")];
    const [value, single] = [valueOf(cell), tiles.block[0] * tiles.block[1] === 1];
    const index = `${info.name}${indexText(tiles, cell)}`;
    const fromKernel = model.get("reading");
    if (single && (info.exact || !Number.isFinite(value))) {
      reading.textContent = `${index} = ${shortest(value)}`;
    } else if (fromKernel.cell?.join() === cell.join()) {
      reading.textContent = `${info.name}${fromKernel.index} ${single ? "=" : "holds"} ${fromKernel.text}`;
    } else {
      reading.textContent = `${index} ${single ? "≈" : "has the mean"} ${numberText(value)}`;
      timer = setTimeout(() => write("cell", [...cell]), PAUSE);
    }
  }

  pixels.addEventListener("pointermove", (event) => {
    const tiles = model.get("tiles");
    const point = canvas.point(event);
    const cell = cellAt(grid(tiles, canvas.width), tiles, point.x, point.y);
    if (cell && cell.join() !== chosen?.join()) choose(cell);
  }, signal);
  const moves: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  pixels.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tiles = model.get("tiles");
    const [count, rows, columns] = tiles.shape;
    const move = moves[event.key];
    if (count === 0) return;
    if (move) choose(chosen ? step(tiles, chosen, ...move) : [0, 0, 0]);
    else if (event.key === "Home") choose([0, 0, 0]);
    else if (event.key === "End") choose([count - 1, rows - 1, columns - 1]);
    else if (event.key === "Escape") choose(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, signal);

  // -- where something is wrong ------------------------------------------------------------------------------------
  function showPlaces(): void {
    const [info, wanted, places] = [model.get("info"), model.get("wanted"), model.get("places")];
    for (const button of wrong.querySelectorAll<HTMLElement>("button")) button.setAttribute("aria-pressed", String(button.dataset["kind"] === wanted));
    list.replaceChildren();
    if (wanted === "") return;
    if (places.kind !== wanted) return void list.append(html("p", {}, "Looking …"));
    const indices = places.indices ?? [];
    const all = info.counts[wanted];
    list.append(html("p", {}, indices.length < all ? `The first ${indices.length} of ${countText(all)}:` : wanted === "outliers" ? info.rule : "All of them:"));
    for (const index of indices) {
      const text = `[${index.join(", ")}]`;
      const jump = focusable(html("button", { type: "button", class: "mxw-arrays-jump", title: `Go to ${text}` }, text));
      jump.addEventListener("click", () => go(index), signal);
      list.append(jump);
    }
  }

  function go(index: number[]): void {
    const tiles = model.get("tiles");
    const here = cellOf(tiles, index);
    if (here) return choose(here);
    wish = index;
    look(viewOf(tiles.layout, index));
  }

  // -- the kernel --------------------------------------------------------------------------------------------------
  frame.on("info", showInfo);
  frame.on("names", showInfo);
  for (const name of ["tiles", "values", "marks"]) frame.on(name, later);
  frame.on("limits", () => {
    limits.set(model.get("limits"));
    showTiles();
    showPlot();
  });
  frame.on("logarithmic", () => {
    log.set(model.get("logarithmic"));
    showPlot();
  });
  frame.on("reading", () => chosen && choose(chosen));
  for (const name of ["wanted", "places"]) frame.on(name, showPlaces);

  let coming = false;
  /** Tiles, values and marks come in one message, but one after the other: draw when all are there. */
  function later(): void {
    if (coming) return;
    coming = true;
    queueMicrotask(() => {
      coming = false;
      showTiles();
    });
  }

  showTiles();
  showInfo();
  showPlaces();
  canvas.start();
  frame.onClose(() => canvas.stop());
  frame.ready();
  return () => frame.close();
}

export default { render };
