// The loss surface: data and bowl side by side, linked; a point to move, an optimizer to walk with.
import type { RenderProps } from "@anywidget/types";
import { button, focusable, html, svg } from "../shared/dom";
import { choice, slider, toggle } from "../shared/controls";
import { Frame, onFrame } from "../shared/frame";
import { numberText } from "../shared/numbers";
import { makeData } from "./data";
import type { Edits, Model, Point } from "./model";
import { makePlane } from "./plane";
import { makeReadings, warning } from "./readings";
import { FACTORS, makeState } from "./state";

const PACE = 140; // milliseconds between two steps of a run
const PAUSE = 50; // milliseconds between two words to the kernel while something is dragged
const PATIENCE = 2500; // milliseconds before a reader is told that the kernel does not answer
const TWO = 680; // pixels of width from which the panels stand side by side

function render({ model, el }: RenderProps<Model>): () => void {
  const state = makeState(model);
  const { info } = state;
  const frame = new Frame(model, el, "surface", `Loss over ${info.a} and ${info.b}`, `Loss of ${info.model} over ${info.a} and ${info.b}, ${info.rows} rows`);
  const data = makeData(state, moveRow, frame.signal);
  const plane = makePlane(state, movePoint, () => {
    ask();
    redraw();
  }, frame.signal);
  const readings = makeReadings(state);
  let edition = model.get("edition"); // counts what the reader did to the data
  let running: ReturnType<typeof setInterval> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  // -- to the kernel -------------------------------------------------------------------------------------------------
  const pending = new Map<keyof Model, Model[keyof Model]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function write<K extends keyof Model>(key: K, value: Model[K], last = true): void {
    pending.set(key, value);
    if (last) flush();
    else timer ??= setTimeout(flush, PAUSE);
  }
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const [key, value] of pending) model.set(key, value as never);
    pending.clear();
    model.save_changes();
  }
  /** Say so if the kernel does not answer in time. */
  function expect(): void {
    waiting ??= setTimeout(() => {
      frame.say("The kernel does not answer: this follows when it is free. If it was stopped, run the cell again.");
      pause();
    }, PATIENCE);
  }
  function answered(): void {
    clearTimeout(waiting);
    waiting = undefined;
    if (frame.status.textContent !== model.get("notice")) frame.say(model.get("notice"));
  }

  // -- what the reader does ------------------------------------------------------------------------------------------
  function movePoint(point: Point, last: boolean): void {
    pause();
    state.at = point;
    state.trail = [[0, ...point, NaN]];
    write("at", point, last);
    expect();
    redraw();
  }
  function moveRow(row: number, x: number, y: number, last: boolean): void {
    state.move(row, x, y);
    state.trail = [[0, ...state.at, NaN]];
    edition += 1;
    const { rows } = (pending.get("edits") as Edits | undefined) ?? model.get("edits");
    write("edits", { count: edition, last, rows: { ...rows, [row]: [x, y] } }, last);
    expect();
    redraw();
  }
  function ask(): void {
    if (!state.exact() && plane.hover && !plane.panel.busy) write("probe", plane.hover, false);
  }
  function step(): void {
    if (model.get("ended")) return pause();
    if (model.get("asked") - model.get("done") < 3) write("asked", model.get("asked") + 1);
    expect();
  }
  function pause(): void {
    clearInterval(running);
    running = undefined;
    run.textContent = "Run";
    run.setAttribute("aria-label", "Run: a step about seven times a second");
  }
  function toggleRun(): void {
    if (running !== undefined) return pause();
    step();
    if (model.get("ended")) return;
    running = setInterval(step, PACE);
    run.textContent = "Pause";
    run.setAttribute("aria-label", "Pause");
  }
  function zoom(factor: number): void {
    const [left, right, low, high] = model.get("window") as [number, number, number, number];
    const around = (p: number, q: number) => [(p + q) / 2 - ((q - p) / 2) * factor, (p + q) / 2 + ((q - p) / 2) * factor];
    look([...around(left, right), ...around(low, high)]);
  }
  function look(window: number[]): void {
    write("window", window);
    layout();
  }

  // -- the controls --------------------------------------------------------------------------------------------------
  const run = button("Run", "Run", toggleRun);
  pause();
  const zooms: [string, string, () => void][] = [["Zoom out", "−", () => zoom(1.5)], ["Zoom in", "+", () => zoom(1 / 1.5)], ["Back to the first window", "Fit", () => look([...model.get("home")])]];
  frame.bar.append(
    ...zooms.map((one) => button(...one)),
    html("span", { class: "mxw-gap" }),
    button("Take one step", "Step", () => { pause(); step(); }),
    run,
    button("Reset parameters and data", "Reset", () => { pause(); write("resets", model.get("resets") + 1); expect(); }),
  );
  const mark = html("span", { class: "mxw-lr-over" });
  let range: [number, number] = [0, 0];
  let lr = makeLr();
  function makeLr(): ReturnType<typeof slider> {
    const now = Math.max(model.get("lr"), 1e-12);
    const critical = state.critical();
    const known = Number.isFinite(critical) && critical > 0 ? critical : now;
    range = [Math.floor(Math.log10(Math.min(now, known) / 30)), Math.ceil(Math.log10(Math.max(now, known) * 3))];
    const made = slider("learning rate", { min: range[0], max: range[1], step: 0.01, value: Math.log10(now), text: (value) => numberText(10 ** value, 3) }, (value) => {
      write("lr", Number((10 ** value).toPrecision(3)), false);
      redraw();
    });
    const input = made.element.querySelector("input")!;
    const holder = html("span", { class: "mxw-lr" });
    input.replaceWith(holder);
    holder.append(input, mark);
    tellLr(made);
    return made;
  }
  /** Show the rate as it is: the slider has room for two digits only. */
  function tellLr(shown: ReturnType<typeof slider>): void {
    shown.set(Math.log10(model.get("lr")));
    shown.element.querySelector("output")!.textContent = numberText(model.get("lr"), 3);
  }
  const sizes = [...new Set([1, 8, 32, model.get("batch_size")])].filter((size) => size > 0 && size < info.rows).sort((p, q) => p - q);
  const batch = choice("batch", [...sizes.map((size) => [String(size), String(size)] as const), ["0", `all ${info.rows}`]], String(model.get("batch_size")), (value) => write("batch_size", Number(value)));
  const optimizer = choice("optimizer", Object.keys({ ...FACTORS, adam: 0 }).map((name) => [name, name] as const), model.get("optimizer"), (value) => { write("optimizer", value); redraw(); });
  const log = toggle("Colors follow the logarithm of the loss", "log", model.get("log"), (pressed) => { write("log", pressed); layout(); });
  const slopes = toggle("Arrows downhill everywhere: the negative gradient", "gradient field", model.get("slopes"), (pressed) => { write("slopes", pressed); layout(); });
  const tools = html("div", { class: "mxw-tools", role: "group", "aria-label": "Settings" }, lr.element, batch.element, optimizer.element, html("span", { class: "mxw-space" }), log.element, slopes.element);
  const how = html("p", {});
  const more = html("details", { class: "mxw-more" }, focusable(html("summary", {}, "How this is computed")), how);
  frame.body.append(data.panel.element, plane.panel.element);
  frame.body.before(tools);
  frame.body.after(readings.element, more);
  const key = (mark: SVGElement, text: string) => html("span", { class: "mxw-key" }, svg("svg", { width: 24, height: 12, "aria-hidden": "true" }, mark), text);
  frame.foot.prepend(
    key(svg("path", { class: "mxw-trail", d: "M1 6H23" }), "walk"),
    key(svg("path", { class: "mxw-next", d: "M1 6H22M16 2L22 6L16 10" }), "next step, or its direction"),
    html("span", { class: "mxw-key" }, html("span", { class: "mxw-lr-over" }), "lr above its bound"),
    html("span", { class: "mxw-key" }, html("kbd", {}, "Tab"), "to a handle,", html("kbd", {}, "← ↑ ↓ →"), "to move it"),
  );

  // -- drawing -------------------------------------------------------------------------------------------------------
  const draw = (): void => {
    const fit = state.fit(state.at);
    if (fit) data.draw(fit, plane.hover && !plane.panel.busy ? state.fit(plane.hover) : undefined);
    const rate = pendingLr();
    plane.draw(rate);
    const critical = state.critical();
    readings.show(state, model.get("verdict"), warning(rate, critical, model.get("optimizer")));
    const share = (Math.log10(critical) - range[0]) / (range[1] - range[0]);
    mark.style.display = share < 1 ? "" : "none";
    mark.style.left = `calc(8px + ${Math.max(share, 0).toFixed(4)} * (100% - 16px))`;
    how.textContent = `${model.get("how")}. Moving the ring sets ${info.a} and ${info.b} in the model itself; the points are a copy of the data.`;
  };
  const redraw = onFrame(draw);
  const pendingLr = () => (pending.get("lr") as number | undefined) ?? model.get("lr");
  function layout(): void {
    const width = frame.body.clientWidth || 760;
    const each = width >= TWO ? Math.floor(width / 2) : width;
    const height = Math.round(Math.min(350, Math.max(270, each * 0.78)));
    frame.root.classList.toggle("mxw-narrow", width < TWO);
    data.layout(each, height, model.get("y_range") as [number, number]);
    plane.layout(each, height, { window: model.get("window"), log: model.get("log"), slopes: model.get("slopes") });
    redraw();
  }

  // -- from the kernel -----------------------------------------------------------------------------------------------
  const held = () => data.panel.busy || model.get("edition") !== edition;
  const listen = (traits: string, act: () => void) => traits.split(" ").forEach((trait) => frame.on(trait, act));
  listen("rows sums grid edition", () => {
    answered();
    edition = Math.max(edition, model.get("edition"));
    if (held()) return;
    state.readSurface();
    layout();
  });
  listen("walked fit reading", () => {
    answered();
    if (held() || plane.panel.busy || pending.has("at")) state.readFit();
    else state.readWalk();
    redraw();
  });
  listen("window y_range", () => { if (!held()) layout(); });
  listen("ghost verdict", redraw);
  listen("ended done", () => { answered(); if (model.get("ended")) pause(); });
  listen("lr", () => {
    if (pending.has("lr")) return;
    const at = Math.log10(model.get("lr"));
    if (at < range[0] || at > range[1]) {
      const old = lr.element;
      lr = makeLr();
      old.replaceWith(lr.element);
    }
    tellLr(lr);
    redraw();
  });
  listen("batch_size", () => {
    const select = batch.element.querySelector("select")!;
    const value = String(model.get("batch_size"));
    if (![...select.options].some((option) => option.value === value)) select.append(html("option", { value }, value));
    batch.set(value);
  });
  listen("optimizer", () => { optimizer.set(model.get("optimizer")); redraw(); });
  listen("log", () => { log.set(model.get("log")); layout(); });
  listen("slopes", () => { slopes.set(model.get("slopes")); layout(); });

  layout();
  draw();
  const resized = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(layout);
  resized?.observe(frame.body);
  frame.ready();
  frame.onClose(() => {
    pause();
    clearTimeout(waiting);
    clearTimeout(timer);
    resized?.disconnect();
    redraw.cancel();
  });
  return () => frame.close();
}

export default { render };
