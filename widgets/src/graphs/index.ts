// The graph widget: draws layouts that Python placed, and lets a reader fold, walk, zoom, search, point and select.
import type { RenderProps } from "@anywidget/types";
import { button, focusable, html } from "../shared/dom";
import { Frame } from "../shared/frame";
import { fit, reveal, zoom, type Size, type View } from "../shared/viewport";
import { findLine, lightUp } from "./cell";
import { Drawing } from "./draw";
import { findSeen, merge, verdict, type Found } from "./finding";
import { groupOf, stateKey, toggled } from "./folds";
import { Hover } from "./hover";
import { Book, type Layout, type Line, type Model } from "./model";
import { Pixels } from "./pixels";
import { glance, legend, lineName, showDetails } from "./side";
import type { Surface } from "./surface";
import { step, stops, type Direction, type Stop } from "./walk";

const TALLEST = 640; // pixels of the window on the drawing
const PATIENCE = 1500; // milliseconds before a reader is told that the kernel does not answer
const MANY = 100; // items above which a canvas draws them
const TYPING = 200; // milliseconds without a key before the kernel is asked to search

function render({ model, el }: RenderProps<Model>): () => void {
  const book = new Book(model);
  const { table } = book;
  const frame = new Frame(model, el, "graph", table.title, `Graph: ${table.summary}`);
  const on = frame.signal;
  let surface: Surface = new Drawing(book);
  let layout: Layout | undefined;
  let places: Stop[] = [];
  let view: View = { x: 0, y: 0, scale: 1 };
  let room: Size = { width: 640, height: 240 };
  let all = false; // the reader asked for the whole drawing, however small
  let touched = false; // the reader has moved the view: do not move it under their hands
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let refocus = "";
  let goal = ""; // an item to select as soon as it is seen

  // -- the parts -----------------------------------------------------------------------------------------------------
  const side = html("section", { class: "mxw-side", "aria-label": "Selected node", "aria-live": "polite" });
  const keys = html("span", { style: "display:contents" });
  const search = focusable(html("input", { type: "search", class: "mxw-input", placeholder: "Find a node", "aria-label": "Find a node" }));
  const middle = () => ({ x: room.width / 2, y: room.height / 2 });
  frame.bar.append(search);
  if (table.parents.length > 0) {
    frame.bar.append(
      button("Open all Blocks", "Open all", () => fold([])),
      button("Fold all Blocks", "Fold all", () => fold(table.parents.map((_, group) => group))),
    );
  }
  frame.bar.append(
    button("Zoom out", "−", () => look(zoom(view, 1 / 1.3, middle()))),
    button("Zoom in", "+", () => look(zoom(view, 1.3, middle()))),
    button("Fit the graph into the window", "Fit", showAll),
  );
  const hover = new Hover((key) => {
    const details = book.detail(key);
    if (!details) ask(key);
    return details && glance(book, key, details);
  });
  const stage = html("div", { class: "mxw-stage" }, surface.root, hover.card);
  frame.body.append(stage, side);
  frame.foot.prepend(keys);

  // -- looking -------------------------------------------------------------------------------------------------------
  function look(next: View, byHand = true): void {
    view = next;
    touched ||= byHand;
    hover.hide();
    surface.look(view);
  }

  function measure(): void {
    if (!layout) return;
    const width = stage.clientWidth || 640;
    const { scale } = fit(layout, { width, height: TALLEST });
    const height = Math.min(TALLEST, Math.max(220, Math.ceil(layout.height * scale)));
    room = { width, height };
    surface.resize(room);
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

  // -- folding -------------------------------------------------------------------------------------------------------
  function fold(folded: number[]): void {
    model.set("folded", folded);
    model.save_changes();
    show();
  }

  function show(): void {
    const found = book.layout(stateKey(table.parents, model.get("folded")));
    clearTimeout(waiting);
    if (!found) {
      frame.say("Asking the kernel for this layout …");
      waiting = setTimeout(() => {
        frame.say("The kernel does not answer: this fold appears when it is free. Run the cell again if it was stopped.");
      }, PATIENCE);
      return;
    }
    if (waiting !== undefined) frame.say("");
    waiting = undefined;
    if (found === layout) return; // setting a trait calls its own listener, too
    const first = layout === undefined;
    const focused = refocus || focusedKey();
    layout = found;
    places = stops(book, layout);
    choose(layout.items.length > MANY);
    surface.show(layout, places);
    keys.replaceChildren(...legend(book, layout));
    measure();
    if (first || !touched) refit();
    else surface.look(view);
    const target = surface.has(goal) ? goal : "";
    if (target) goal = "";
    select(target || visible(model.get("selected")), target !== "");
    if (focused) surface.focus(focused); // elements that move lose it
    if (refocus || target) bringIntoView(target || refocus);
    refocus = "";
    seek();
  }

  /** Draw with elements, or with pixels where there are many items. */
  function choose(pixels: boolean): void {
    if (surface instanceof Pixels === pixels) return;
    surface.close();
    surface = pixels ? new Pixels(book) : new Drawing(book);
    stage.prepend(surface.root);
    if (surface instanceof Pixels) surface.start();
  }

  function visible(key: string): string {
    return surface.has(key) ? key : "";
  }

  function toggle(key: string): void {
    const group = groupOf(key);
    if (group < 0) return;
    refocus = key;
    model.set("selected", key);
    fold(toggled(model.get("folded"), group));
  }

  // -- selecting -----------------------------------------------------------------------------------------------------
  function select(key: string, tell = true): void {
    surface.select(key);
    surface.rove(key || (places[0]?.key ?? ""));
    showDetails(side, book, key, jump);
    if (tell && model.get("selected") !== key) {
      model.set("selected", key);
      model.save_changes();
    }
    if (key && !book.detail(key)) ask(key);
  }

  /** Ask the kernel for the details of an item. */
  function ask(key: string): void {
    if (model.get("wanted") === key) return;
    model.set("wanted", key);
    model.save_changes();
  }

  function jump(source: Line): void {
    const spot = findLine(el, source);
    if (spot) lightUp(spot.line);
    if (!spot) frame.say(`The page does not show ${lineName(source)} now: ${source.text}`);
    else frame.say(spot.exact ? `Marked: ${lineName(source)}` : `${lineName(source)} has changed since it ran: ${source.text}`);
  }

  function enter(key: string): void {
    const source = book.detail(key)?.source;
    if (groupOf(key) >= 0) toggle(key);
    else if (!source) frame.say("It is not known which line of code made this node.");
    else if (source.prompt > 0) jump(source);
    else frame.say(`Made in ${lineName(source)}: ${source.text}`);
  }

  function bringIntoView(key: string): void {
    const stop = places.find((place) => place.key === key);
    if (stop) look(reveal(view, stop, room), touched);
  }

  function go(stop: Stop | undefined): void {
    if (!stop) return;
    bringIntoView(stop.key);
    surface.focus(stop.key);
  }

  function focusedKey(): string {
    const active = el.ownerDocument.activeElement;
    return active instanceof Element && surface.root.contains(active) ? ((active as HTMLElement).dataset["key"] ?? "") : "";
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

  stage.addEventListener("focusin", (event) => {
    const key = surface.keyAt(event);
    if (key) select(key);
  }, on);
  stage.addEventListener("keydown", (event) => {
    const key = surface.keyAt(event);
    const here = places.find((place) => place.key === key);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && here) go(step(places, here, event.key as Direction));
    else if (event.key === "Home") go(places[0]);
    else if (event.key === "End") go(places.at(-1));
    else if (event.key === "Enter") enter(key);
    else if (event.key === " ") toggle(key);
    else if (event.key.toLowerCase() === "f") toggle(around(key));
    else if (event.key === "+" || event.key === "=") look(zoom(view, 1.3, middle()));
    else if (event.key === "-") look(zoom(view, 1 / 1.3, middle()));
    else if (event.key === "0") showAll();
    else if (event.key === "Escape") select("");
    else return;
    hover.hide();
    event.preventDefault();
    event.stopPropagation();
  }, on);

  // -- the mouse -----------------------------------------------------------------------------------------------------
  let drag: { x: number; y: number; view: View; moved: boolean } | undefined;
  stage.addEventListener("pointerdown", (event) => {
    hover.hide();
    if (event.button === 0 && !surface.keyAt(event)) drag = { x: event.clientX, y: event.clientY, view, moved: false };
  }, on);
  stage.addEventListener("pointermove", (event) => {
    if (!drag) {
      point(event.pointerType === "touch" ? "" : surface.keyAt(event));
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < 4) return;
    if (!drag.moved) stage.setPointerCapture(event.pointerId);
    drag.moved = true;
    stage.classList.add("mxw-drag");
    look({ ...drag.view, x: drag.view.x + dx, y: drag.view.y + dy });
  }, on);
  for (const end of ["pointerup", "pointercancel"] as const) {
    stage.addEventListener(end, () => {
      drag = undefined;
      stage.classList.remove("mxw-drag");
    }, on);
  }
  stage.addEventListener("pointerleave", () => point(""), on);
  stage.addEventListener("click", (event) => {
    const key = surface.keyAt(event);
    if (!key) return;
    surface.focus(key);
    select(key);
    toggle(key);
  }, on);
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the notebook
    event.preventDefault();
    const box = stage.getBoundingClientRect();
    look(zoom(view, Math.exp(-event.deltaY / 300), { x: event.clientX - box.left, y: event.clientY - box.top }));
  }, { ...on, passive: false });

  /** The mouse is on an item, or on none. */
  function point(key: string): void {
    surface.hover(key);
    const stop = places.find((place) => place.key === key);
    if (!stop) hover.hide();
    else {
      const box = () => ({ x: stop.x * view.scale + view.x, y: stop.y * view.scale + view.y, width: stop.width * view.scale, height: stop.height * view.scale });
      hover.on(key, box, room);
    }
  }

  // -- searching -----------------------------------------------------------------------------------------------------
  let found: Found[] = [];
  let typing: ReturnType<typeof setTimeout> | undefined;
  function seek(): void {
    const text = search.value;
    found = merge(findSeen(book, places, text), model.get("hits"), text, places);
    surface.mark(new Set(found.map((each) => each.key)));
    if (text.trim()) frame.say(verdict(found));
  }
  search.addEventListener("input", () => {
    seek();
    if (!search.value.trim()) frame.say("");
    clearTimeout(typing);
    if (table.parents.length === 0) return; // all is seen
    typing = setTimeout(() => {
      model.set("query", search.value);
      model.save_changes();
    }, TYPING);
  }, on);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || found.length === 0) return;
    event.preventDefault();
    const next = found[(found.findIndex((each) => each.key === model.get("selected")) + 1) % found.length];
    if (!next) return;
    if (surface.has(next.key)) {
      select(next.key);
      bringIntoView(next.key);
      return;
    }
    goal = next.key;
    touched = true; // the view goes to the node, not to the whole
    fold(model.get("folded").filter((group) => !next.groups.includes(group)));
  }, on);

  // -- the kernel ----------------------------------------------------------------------------------------------------
  frame.on("layouts", () => {
    book.read();
    show();
  });
  frame.on("details", () => {
    book.read();
    const key = visible(model.get("selected"));
    if (key) showDetails(side, book, key, jump);
  });
  frame.on("folded", show);
  frame.on("selected", () => select(visible(model.get("selected")), false));
  frame.on("hits", seek);

  show();
  const observer = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(() => {
    if (stage.clientWidth === room.width || !layout) return;
    measure();
    if (!touched) refit();
  });
  observer?.observe(stage);
  frame.onClose(() => {
    observer?.disconnect();
    clearTimeout(waiting);
    clearTimeout(typing);
    hover.hide();
    surface.close();
  });
  frame.ready();
  return () => frame.close();
}

export default { render };
