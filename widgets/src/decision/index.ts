// The decision boundary: a plane with points that are added, moved and deleted, a threshold, and a model that trains.
import type { AnyModel, RenderProps } from "@anywidget/types";
import { Canvas } from "../shared/canvas";
import { sign, type Sign } from "../shared/chart";
import { choice, slider, toggle } from "../shared/controls";
import { button, focusable, html, svg } from "../shared/dom";
import { Frame, onFrame } from "../shared/frame";
import { numberText } from "../shared/numbers";
import { Layers } from "./layers";
import { Field, Points, type Model } from "./model";
import { Orders } from "./orders";
import { paint, room, scales, type Look } from "./paint";
import { Side } from "./side";

const REACH = 14; // pixels within which a point is taken hold of
const STRIDE = 0.02; // of the plane, for one press of an arrow key
const BEAT = 120; // milliseconds between orders to train
const PATIENCE = 25; // beats after which an order to train counts as lost

function render({ model, el }: RenderProps<Model>): () => void {
  const setup = model.get("setup");
  const classes = setup.classes.length;
  const frame = new Frame(model as unknown as AnyModel, el, "decision", setup.title, `${setup.title}: ${setup.features.join(" and ")}`);
  const points = new Points();
  const look: Look = { setup, points, field: new Field(model.get("field"), setup.side, classes), threshold: model.get("threshold"),
    chosen: model.get("chosen"), selected: -1, held: false, cursor: undefined };
  const orders = new Orders((message) => model.send(message));

  // -- the plane ---------------------------------------------------------------------------------------------------
  const layers = new Layers(setup);
  const canvas = new Canvas((context, theme) => {
    paint(context, theme, look, layers, canvas.width, canvas.height);
  }, (width) => Math.min(460, Math.max(260, Math.round(0.72 * width))));
  const keys = "Arrow keys move the cursor, 0 to 9 add a point of that class, N and P go from point to point, Enter takes and drops, Delete removes.";
  const surface = focusable(html("div", { class: "mxw-surface", tabindex: 0, role: "application", "aria-label": `Plane of ${setup.features.join(" and ")}. ${keys}` }, canvas.element));
  const plane = html("div", { class: "mxw-plane" }, surface);
  const side = new Side(setup);
  frame.body.append(plane, side.element);

  // -- tools -------------------------------------------------------------------------------------------------------
  let brush = -1; // class that a click adds; -1 moves points, -2 deletes
  const tools: { value: number; set(pressed: boolean): void }[] = [];
  const pick = (value: number): void => {
    brush = value;
    for (const tool of tools) tool.set(tool.value === value);
  };
  const tool = (value: number, label: string, text: string, mark?: SVGElement): HTMLElement => {
    const { element, set } = toggle(label, text, value === brush, () => pick(value));
    if (mark) element.prepend(mark);
    tools.push({ value, set });
    return element;
  };
  const badge = (k: number): SVGElement => svg("svg", { width: 12, height: 12, viewBox: "-6 -6 12 12", "aria-hidden": "true" },
    svg("path", { d: sign((setup.signs[k] ?? "circle") as Sign, 4.6), fill: setup.colors[k] ?? "#888" }));
  const group = html("span", { class: "mxw-tool-group", role: "group", "aria-label": "What a click does" },
    tool(-1, "Move points", "Move"),
    ...setup.classes.map((name, k) => tool(k, `Add points of class ${name}`, name, badge(k))),
    tool(-2, "Delete points", "Delete"));
  const bar = slider("threshold", { min: 0, max: 1, step: 0.01, value: look.threshold, text: (value) => `${Math.round(100 * value)} %` }, (value) => {
    model.set("threshold", value);
    model.save_changes();
  });
  const toolbar = html("div", { class: "mxw-tools" }, group, bar.element);
  const about = choice("class", setup.classes.map((name, k) => [String(k), name] as const), String(look.chosen), (value) => {
    model.set("chosen", Number(value));
    model.save_changes();
  });
  toolbar.append(about.element);
  const trained = html("span", { class: "mxw-trained" });
  let open = -1; // beats since the last order to train that the kernel has not answered, -1 where it has
  let beat: ReturnType<typeof setInterval> | undefined;
  const play = toggle("Train until it is pressed again", "Train ▶", false, (pressed) => (pressed ? start() : stop()));
  const back = button("Put the model back to where its training began", "Start over", () => orders.give("restart"));
  const training = html("span", { class: "mxw-tool-group" }, play.element,
    button("Train one step", "Step", () => orders.give("train", { steps: 1 })),
    back, trained);
  toolbar.append(training, button("Put all points back", "Reset points", () => {
    look.selected = -1;
    orders.edit("reset");
  }));
  frame.body.after(toolbar);
  frame.foot.prepend(html("span", { class: "mxw-place" }), html("span", {}, setup.fixed));
  const place = frame.foot.querySelector<HTMLElement>(".mxw-place")!;
  place.textContent = "Point at a place to read what the model says there.";

  function start(): void {
    clearInterval(beat);
    open = -1;
    const push = (): void => {
      if (document.hidden || !widgetIsSeen()) return;
      open += 1;
      if (open % PATIENCE === 0) orders.give("train", { steps: 20 }); // one at a time: a slow kernel is not flooded
    };
    beat = setInterval(push, BEAT);
    push();
  }
  function stop(): void {
    clearInterval(beat);
    beat = undefined;
    play.set(false);
  }
  const widgetIsSeen = (): boolean => frame.root.isConnected && frame.root.getClientRects().length > 0;

  let dragged = -1; // point that the mouse holds

  // -- showing -----------------------------------------------------------------------------------------------------
  const nearest = (at: { x: number; y: number }): number => {
    const { x, y } = scales(setup, room(canvas.width, canvas.height));
    return points.nearest(at.x, at.y, (k) => [x.at(points.x[k]!), y.at(points.y[k]!)], REACH);
  };
  const toUnit = (x: number, y: number): { u: number; v: number } => {
    const [x0, x1, y0, y1] = setup.box;
    return { u: (x - x0) / (x1 - x0), v: (y1 - y) / (y1 - y0) };
  };
  const fromUnit = (u: number, v: number): [number, number] => {
    const [x0, x1, y0, y1] = setup.box;
    return [x0 + u * (x1 - x0), y1 - v * (y1 - y0)];
  };
  const says = (x: number, y: number): string => {
    const { u, v } = toUnit(x, y);
    const odds = look.field.at(u, v);
    const best = odds.reduce((most, p, k) => (p > (odds[most] ?? 0) ? k : most), 0);
    const answer = Number.isNaN(odds[best]) ? "the model answers NaN" : `${setup.classes[best]} ${Math.round(100 * odds[best]!)} %`;
    return `${setup.features[0]} ${numberText(x, 3)}, ${setup.features[1]} ${numberText(y, 3)}: ${answer}`;
  };
  const tell = (text: string): void => {
    place.textContent = text;
  };
  const about_point = (k: number): string => `point ${k + 1} of ${points.length}, ${setup.classes[points.label[k]!]}; the model says ${says(points.x[k]!, points.y[k]!).split(": ")[1]}`;
  const showSide = (): void => side.show(points, look.threshold, look.chosen);
  let words = ""; // about the point that is dragged
  const sideLater = onFrame(() => {
    showSide();
    if (dragged >= 0) tell(words);
  });
  const rescore = (k: number): void => {
    const { u, v } = toUnit(points.x[k]!, points.y[k]!);
    points.score[k] = look.field.at(u, v); // the kernel's own answer follows
  };
  const readPoints = (): void => {
    if (orders.open(model.get("done"))) return; // the kernel has not seen the latest edits: what is here is newer
    points.read(model.get("xy"), model.get("kinds"), model.get("scores"), classes);
    if (look.selected >= points.length) look.selected = -1;
    canvas.redraw();
    sideLater();
  };
  const readField = (): void => {
    look.field = new Field(model.get("field"), setup.side, classes);
    canvas.redraw();
  };
  const readThreshold = (): void => {
    look.threshold = model.get("threshold");
    look.chosen = model.get("chosen");
    bar.set(look.threshold);
    about.set(String(look.chosen));
    showSide();
    canvas.redraw();
  };
  const readTraining = (): void => {
    const { steps, loss, buttons } = model.get("training");
    training.style.display = steps === undefined ? "none" : "";
    for (const part of training.querySelectorAll<HTMLElement>("button")) part.style.display = buttons ? "" : "none";
    if (!model.get("training").back) back.style.display = "none";
    trained.textContent = steps === undefined ? "" : `${steps} steps${loss === null || loss === undefined ? "" : `, loss ${numberText(loss, 3)}`}`;
  };

  // -- editing: the browser at once, the kernel after it -------------------------------------------------------------
  const add = (x: number, y: number, label: number): void => {
    points.x.push(x);
    points.y.push(y);
    points.label.push(label);
    points.score.push([]);
    look.selected = points.length - 1;
    rescore(look.selected);
    orders.edit("add", { x, y, label });
    changed(`added a point of class ${setup.classes[label]}`);
  };
  const move = (k: number, x: number, y: number): void => {
    points.x[k] = x;
    points.y[k] = y;
    rescore(k);
    orders.move({ index: k, x, y });
    changed(about_point(k));
  };
  const remove = (k: number): void => {
    if (points.length < 2) return tell("the last point stays");
    for (const column of [points.x, points.y, points.label, points.score]) column.splice(k, 1);
    look.selected = -1;
    look.held = false;
    orders.edit("remove", { index: k });
    changed(`removed; ${points.length} points are left`);
  };
  const changed = (text: string): void => {
    canvas.redraw(); // before what changes the page: it reads sizes, and the browser would lay out the page for it
    sideLater();
    words = text;
    if (dragged < 0) tell(text);
  };

  // -- the mouse ---------------------------------------------------------------------------------------------------
  const inside = (event: PointerEvent): { x: number; y: number; u: number; v: number } => {
    const { x: px, y: py } = canvas.point(event);
    const box = room(canvas.width, canvas.height);
    const [u, v] = [(px - box.left) / box.width, (py - box.top) / box.height];
    const [x, y] = fromUnit(u, v);
    return { x, y, u, v };
  };
  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    surface.focus({ preventScroll: true });
    look.cursor = undefined;
    const at = canvas.point(event);
    const near = nearest(at);
    const { x, y, u, v } = inside(event);
    if (u < 0 || u > 1 || v < 0 || v > 1) return;
    if (brush === -2) {
      if (near >= 0) remove(near);
      return;
    }
    if (brush >= 0) add(x, y, brush); // also beside another point: Move takes that
    else look.selected = near;
    dragged = look.selected;
    if (dragged >= 0) {
      surface.setPointerCapture(event.pointerId);
      surface.classList.add("mxw-grabbing");
      if (brush < 0) tell(about_point(dragged));
    }
    canvas.redraw();
  }, frame.signal);
  surface.addEventListener("pointermove", (event) => {
    const { x, y, u, v } = inside(event);
    if (dragged >= 0) {
      const [cx, cy] = fromUnit(Math.min(Math.max(u, 0), 1), Math.min(Math.max(v, 0), 1));
      move(dragged, cx, cy);
      return;
    }
    const at = canvas.point(event);
    surface.classList.toggle("mxw-grab", brush < 0 && nearest(at) >= 0);
    if (u >= 0 && u <= 1 && v >= 0 && v <= 1) tell(says(x, y));
  }, frame.signal);
  for (const end of ["pointerup", "pointercancel"] as const) {
    surface.addEventListener(end, () => {
      if (dragged >= 0 && words) tell(words);
      dragged = -1;
      words = "";
      surface.classList.remove("mxw-grabbing");
    }, frame.signal);
  }

  // -- the keyboard ------------------------------------------------------------------------------------------------
  const steer = (event: KeyboardEvent): boolean => {
    const stride = event.shiftKey ? 5 * STRIDE : STRIDE;
    const shift = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (shift) {
      const from = look.cursor ?? { u: 0.5, v: 0.5 };
      const next = { u: Math.min(Math.max(from.u + stride * shift[0]!, 0), 1), v: Math.min(Math.max(from.v + stride * shift[1]!, 0), 1) };
      look.cursor = next;
      if (look.held && look.selected >= 0) move(look.selected, ...fromUnit(next.u, next.v));
      else tell(says(...fromUnit(next.u, next.v)));
    } else if (/^\d$/.test(event.key) && Number(event.key) < classes) {
      const { u, v } = (look.cursor ??= { u: 0.5, v: 0.5 });
      add(...fromUnit(u, v), Number(event.key));
    } else if (event.key.toLowerCase() === "n" || event.key.toLowerCase() === "p") {
      const by = event.key.toLowerCase() === "n" ? 1 : -1;
      look.selected = look.selected < 0 ? (by > 0 ? 0 : points.length - 1) : (look.selected + by + points.length) % points.length;
      look.held = false;
      look.cursor = toUnit(points.x[look.selected]!, points.y[look.selected]!);
      tell(about_point(look.selected));
    } else if (event.key === "Enter" || event.key === " ") {
      if (look.selected < 0) return true;
      look.held = !look.held;
      tell(look.held ? "taken: arrow keys move the point" : "dropped");
    } else if (event.key === "Delete" || event.key === "Backspace") {
      if (look.selected >= 0) remove(look.selected);
    } else if (event.key === "Escape") {
      look.held = false;
      look.selected = -1;
      look.cursor = undefined;
      tell("");
    } else return false;
    canvas.redraw();
    return true;
  };
  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !steer(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }, frame.signal);
  surface.addEventListener("blur", () => {
    look.cursor = undefined;
    look.held = false;
    canvas.redraw();
  }, frame.signal);

  // -- the kernel --------------------------------------------------------------------------------------------------
  const pointsLater = onFrame(readPoints); // once for the three parts of one message
  for (const trait of ["xy", "kinds", "scores", "done"]) frame.on(trait, pointsLater);
  frame.on("field", readField);
  frame.on("threshold", readThreshold);
  frame.on("chosen", readThreshold);
  frame.on("training", () => {
    open = -1;
    readTraining();
  });
  readPoints();
  showSide();
  readTraining();
  canvas.start();
  frame.ready();
  return () => {
    stop();
    orders.stop();
    sideLater.cancel();
    pointsLater.cancel();
    canvas.stop();
    frame.close();
  };
}

export default { render };
