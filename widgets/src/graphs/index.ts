// The graph widget: draws layouts that Python placed, and lets a reader fold, walk, zoom, search and select.
import type { RenderProps } from "@anywidget/types";
import { greet } from "../shared/kernel";
import { button, focusable, html } from "../shared/dom";
import { fit, READABLE, reveal, zoom, type Size, type View } from "../shared/viewport";
import { Drawing } from "./draw";
import { groupOf, stateKey, toggled } from "./folds";
import type { Layout, Model } from "./model";
import { legend, showDetails } from "./side";
import { step, stops, type Direction, type Stop } from "./walk";

const TALLEST = 640; // pixels of the window on the drawing
const PATIENCE = 1500; // milliseconds before a reader is told that the kernel does not answer

function render({ model, el }: RenderProps<Model>): () => void {
  const closed = new AbortController();
  const table = model.get("graph");
  const known = new Map<string, Layout>(Object.entries(model.get("layouts")));
  const drawing = new Drawing(table);
  const { root } = drawing;
  let layout: Layout | undefined;
  let places: Stop[] = [];
  let view: View = { x: 0, y: 0, scale: 1 };
  let room: Size = { width: 640, height: 240 };
  let all = false; // the reader asked for the whole drawing, however small
  let touched = false; // the reader has moved the view: do not move it under their hands
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let refocus = "";
  let mine = false; // this view sets a trait: its own listener need not wonder who did

  // -- the parts ---------------------------------------------------------------------------------------------------
  const status = html("span", { class: "mxw-status", role: "status" });
  const side = html("section", { class: "mxw-side", "aria-label": "Selected node", "aria-live": "polite" });
  const keys = html("span", { style: "display:contents" });
  const search = focusable(html("input", { type: "search", class: "mxw-input", placeholder: "Find a node", "aria-label": "Find a node" }));
  const middle = () => ({ x: room.width / 2, y: room.height / 2 });
  const bar = html("div", { class: "mxw-bar", role: "toolbar", "aria-label": "Graph" },
    html("h3", { class: "mxw-title", title: table.summary }, table.title), search);
  if (table.groups.length > 0) {
    bar.append(
      button("Open all Blocks", "Open all", () => fold([])),
      button("Fold all Blocks", "Fold all", () => fold(table.groups.map((_, group) => group))),
    );
  }
  bar.append(
    button("Zoom out", "−", () => look(zoom(view, 1 / 1.3, middle()))),
    button("Zoom in", "+", () => look(zoom(view, 1.3, middle()))),
    button("Fit the graph into the window", "Fit", showAll),
  );
  const stage = html("div", { class: "mxw-stage" }, root);
  const widget = html("div", { class: "mxw mxw-graph", role: "group", "aria-label": `Graph: ${table.summary}` }, bar,
    html("div", { class: "mxw-body" }, stage, side), html("div", { class: "mxw-foot" }, keys, status));
  el.append(widget);

  // -- looking -----------------------------------------------------------------------------------------------------
  function look(next: View, byHand = true): void {
    view = next;
    touched ||= byHand;
    drawing.plane.setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.scale.toFixed(4)})`);
  }

  function measure(): void {
    if (!layout) return;
    const width = stage.clientWidth || 640;
    const whole = Math.min(1, width / layout.width);
    const height = Math.min(TALLEST, Math.max(180, Math.ceil(layout.height * Math.max(whole, READABLE))));
    room = { width, height };
    root.style.height = `${height}px`;
    side.style.maxHeight = `${height}px`;
  }

  function refit(): void {
    if (!layout) return;
    look(fit(layout, room, all), false);
    touched = false;
  }

  function showAll(): void {
    all = true;
    refit();
  }

  // -- folding -----------------------------------------------------------------------------------------------------
  function fold(folded: number[]): void {
    mine = true;
    model.set("folded", folded);
    mine = false;
    model.save_changes();
    show();
  }

  function show(): void {
    const key = stateKey(table.groups, model.get("folded"));
    const found = known.get(key);
    clearTimeout(waiting);
    if (!found) {
      status.textContent = "Asking the kernel for this layout …";
      waiting = setTimeout(() => {
        status.textContent = "The kernel does not answer: this fold appears when it is free. Run the cell again if it was stopped.";
      }, PATIENCE);
      return;
    }
    if (status.textContent !== "" && waiting !== undefined) status.textContent = "";
    waiting = undefined;
    if (found === layout) return; // setting a trait calls its own listener, too
    const first = layout === undefined;
    const focused = refocus || (root.contains(root.ownerDocument.activeElement) ? keyOf(root.ownerDocument.activeElement) : "");
    layout = found;
    places = stops(table, layout);
    drawing.show(layout);
    keys.replaceChildren(...legend(table, layout));
    measure();
    if (first || !touched) refit();
    select(visible(model.get("selected")), false);
    if (focused) drawing.element(focused)?.focus({ preventScroll: true }); // elements that move lose it
    if (refocus !== "") bringIntoView(refocus);
    refocus = "";
  }

  /** Return the key, or where it is hidden now by a folded group, or "" where it is not seen at all. */
  function visible(key: string): string {
    return drawing.element(key) ? key : "";
  }

  function toggle(key: string): void {
    const group = groupOf(key);
    if (group < 0) return;
    refocus = key;
    model.set("selected", key);
    fold(toggled(model.get("folded"), group));
  }

  // -- selecting ---------------------------------------------------------------------------------------------------
  function select(key: string, tell = true): void {
    drawing.select(key);
    drawing.rove(key || (places[0]?.key ?? ""));
    showDetails(side, table, key);
    if (tell && model.get("selected") !== key) {
      model.set("selected", key);
      model.save_changes();
    }
  }

  function bringIntoView(key: string): void {
    const stop = places.find((place) => place.key === key);
    if (stop) look(reveal(view, stop, room), touched);
  }

  function go(stop: Stop | undefined): void {
    if (!stop) return;
    bringIntoView(stop.key);
    drawing.element(stop.key)?.focus({ preventScroll: true });
  }

  function keyOf(target: EventTarget | null): string {
    const element = target instanceof Element ? target.closest<SVGElement>("[data-key]") : null;
    return element?.dataset["key"] ?? "";
  }

  /** Return the innermost open group whose frame is around an item, as a key. */
  function around(key: string): string {
    const stop = places.find((place) => place.key === key);
    let best = "";
    let least = Infinity;
    for (const [group, , , x, y, width, height] of layout?.frames ?? []) {
      if (!stop || `g${group}` === key || stop.x < x || stop.x > x + width || stop.y < y || stop.y > y + height) continue;
      if (width * height < least) [best, least] = [`g${group}`, width * height];
    }
    return best;
  }

  const on = { signal: closed.signal };
  root.addEventListener("focusin", (event) => {
    const key = keyOf(event.target);
    if (key) select(key);
  }, on);
  root.addEventListener("keydown", (event) => {
    const key = keyOf(event.target);
    const here = places.find((place) => place.key === key);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && here) go(step(places, here, event.key as Direction));
    else if (event.key === "Home") go(places[0]);
    else if (event.key === "End") go(places.at(-1));
    else if (event.key === "Enter" || event.key === " ") toggle(key);
    else if (event.key.toLowerCase() === "f") toggle(around(key));
    else if (event.key === "+" || event.key === "=") look(zoom(view, 1.3, middle()));
    else if (event.key === "-") look(zoom(view, 1 / 1.3, middle()));
    else if (event.key === "0") showAll();
    else if (event.key === "Escape") select("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, on);

  // -- the mouse ---------------------------------------------------------------------------------------------------
  let drag: { x: number; y: number; view: View; moved: boolean } | undefined;
  root.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && !keyOf(event.target)) drag = { x: event.clientX, y: event.clientY, view, moved: false };
  }, on);
  root.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < 4) return;
    if (!drag.moved) root.setPointerCapture(event.pointerId);
    drag.moved = true;
    root.classList.add("mxw-drag");
    look({ ...drag.view, x: drag.view.x + dx, y: drag.view.y + dy });
  }, on);
  for (const end of ["pointerup", "pointercancel"] as const) {
    root.addEventListener(end, () => {
      drag = undefined;
      root.classList.remove("mxw-drag");
    }, on);
  }
  root.addEventListener("click", (event) => {
    const key = keyOf(event.target);
    if (!key) return;
    drawing.element(key)?.focus({ preventScroll: true });
    select(key);
    toggle(key);
  }, on);
  root.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the notebook
    event.preventDefault();
    const box = root.getBoundingClientRect();
    look(zoom(view, Math.exp(-event.deltaY / 300), { x: event.clientX - box.left, y: event.clientY - box.top }));
  }, { ...on, passive: false });

  // -- searching ---------------------------------------------------------------------------------------------------
  let found: string[] = [];
  search.addEventListener("input", () => {
    const text = search.value.trim().toLowerCase();
    const matches = (key: string) => {
      const info = table.items[key];
      return info !== undefined && (info.title.toLowerCase().includes(text) || info.rows.some(([, row]) => row.toLowerCase().includes(text)));
    };
    found = text ? places.map((place) => place.key).filter(matches) : [];
    for (const element of drawing.all()) element.classList.toggle("mxw-found", found.includes(element.dataset["key"] ?? ""));
    status.textContent = text ? `${found.length} found; Enter goes to the next one` : "";
  }, on);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || found.length === 0) return;
    const next = found[(found.indexOf(model.get("selected")) + 1) % found.length] ?? "";
    select(next);
    bringIntoView(next);
    event.preventDefault();
  }, on);

  // -- the kernel --------------------------------------------------------------------------------------------------
  const refresh = () => {
    for (const [key, value] of Object.entries(model.get("layouts"))) known.set(key, value);
    heard();
  };
  const heard = () => {
    show();
    if (mine) return;
    hellos.forEach(clearTimeout); // a cell spoke on the channel
    hellos = greet(model);
  };
  const reselect = () => select(visible(model.get("selected")), false);
  model.on("change:layouts", refresh);
  model.on("change:folded", heard);
  model.on("change:selected", reselect);
  let hellos = greet(model);

  show();
  const observer = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(() => {
    if (stage.clientWidth === room.width || !layout) return;
    measure();
    if (!touched) refit();
  });
  observer?.observe(stage);
  requestAnimationFrame(() => requestAnimationFrame(() => widget.setAttribute("data-ready", "1")));

  return () => {
    closed.abort();
    observer?.disconnect();
    clearTimeout(waiting);
    hellos.forEach(clearTimeout);
    model.off("change:layouts", refresh);
    model.off("change:folded", heard);
    model.off("change:selected", reselect);
  };
}

export default { render };
