// The monitor of a training loop: what the kernel streams, and Pause, Step, Stop and the learning rate for the reader.
import type { RenderProps } from "@anywidget/types";
import { choice, toggle } from "../shared/controls";
import { button, focusable, html } from "../shared/dom";
import { Frame, onFrame } from "../shared/frame";
import { isOpen, unpack, type Curve, type Model, type RunRow } from "./model";
import { layerTable, progress, put, runs } from "./parts";
import { Plots } from "./plots";

const SILENCE = 6000; // milliseconds without news of a running loop until a reader is told
const GONE = "The kernel is gone: this shows what it sent before. Run the cell again.";
const SMOOTH = ["1", "5", "10", "20", "50", "100", "200"].map((steps) => [steps, steps === "1" ? "none" : `${steps} steps`] as const);

// The control that had the focus when a view went away: at the end of a loop the notebook draws its output anew, and the
// keys of a reader must not fall through to the notebook.
let focused = "";
let since = 0;
const SOON = 3000; // milliseconds in which the next view takes the focus

export function renderMonitor({ model, el }: RenderProps<Model>): () => void {
  const state = () => model.get("state");
  const frame = new Frame(model, el, "training", state().title, `Monitor of a training loop: ${state().title}`);
  let gone = false;
  let heard = Date.now();
  let wish = ""; // what was clicked and has not happened yet
  let past: Curve[] = [];

  // -- the bar -----------------------------------------------------------------------------------------------------
  const badge = html("span", { class: "mxw-badge mxw-state" });
  const can = () => !gone && state().reachable && isOpen(state().status);
  const send = (command: string, words: string, more: object = {}) => {
    if (!can()) return;
    model.send({ command, ...more });
    wish = words;
    frame.say(words);
  };
  const pause = button("Pause", "Pause", () => (state().status === "paused" ? send("resume", "Going on …") : send("pause", "Pausing after this step …")));
  const step = button("Step", "Step", () => send("step", "One step …"));
  const stop = button("Stop", "Stop", () => send("stop", "Stopping after this step …"));
  pause.title = "Wait after the step that runs";
  step.title = "Do one step, then wait";
  stop.title = "End the loop after the step that runs";
  const rate = focusable(html("input", { type: "text", inputmode: "decimal", class: "mxw-input mxw-lr", "aria-label": "Learning rate", spellcheck: "false", autocomplete: "off" }));
  const setRate = (value: number) => {
    if (value > 0 && Number.isFinite(value)) send("lr", `Learning rate ${Number(value.toPrecision(4))} from the next step …`, { value });
    else frame.say("The learning rate must be a number greater than 0, such as 0.01.");
  };
  rate.addEventListener("change", () => setRate(Number(rate.value)));
  rate.addEventListener("keydown", (event) => event.stopPropagation());
  const half = button("Halve the learning rate", "÷ 2", () => setRate(Number(state().lr) / 2));
  const double = button("Double the learning rate", "× 2", () => setRate(Number(state().lr) * 2));
  const lr = html("span", { class: "mxw-control mxw-rate" }, html("span", {}, "lr"), half, rate, double);
  frame.bar.append(badge, pause, step, stop, lr);

  // -- the body ----------------------------------------------------------------------------------------------------
  const ahead = progress();
  const plots = new Plots(frame.signal);
  const table = runs((run, shown) => {
    model.set("hidden", shown ? model.get("hidden").filter((number) => number !== run) : [...model.get("hidden"), run]);
    model.save_changes();
  });
  const layers = layerTable(model.get("rule"));
  const smooth = choice("Smooth", SMOOTH, String(model.get("smooth")), (value) => {
    model.set("smooth", Number(value));
    model.save_changes();
  });
  const log = toggle("Logarithmic axis", "log", model.get("logarithmic"), (pressed) => {
    model.set("logarithmic", pressed);
    model.save_changes();
  });
  const key = html("span", { class: "mxw-keyline" });
  frame.body.append(ahead.element, html("div", { class: "mxw-row" }, key, smooth.element, log.element), plots.element, table.element, layers.element);
  const cost = html("span", {});
  frame.foot.prepend(html("span", { class: "mxw-key" }, html("kbd", {}, "←"), html("kbd", {}, "→"), "read a plot"), cost);

  // -- drawing -----------------------------------------------------------------------------------------------------
  const allRuns = (): RunRow[] => [...(state().number ? [state()] : []), ...model.get("past")];
  const draw = onFrame(() => {
    const now = state();
    const hidden = model.get("hidden");
    const rows = allRuns();
    const place = new Map(rows.map((row, k) => [row.number, k]));
    const shown = [...unpack(model.get("curves"), model.get("points")), ...past].filter((curve) => !hidden.includes(curve.run));
    const names = new Map(rows.map((row) => [row.number, row.name]));
    plots.show(shown, { names, place: (run) => place.get(run) ?? 0 }, { own: now.number, ends: now.ends, marks: now.marks, logarithmic: model.get("logarithmic"), smooth: model.get("smooth") });
    table.show(rows, hidden);
    ahead.show(now);
    showBar();
    if (!frame.root.hasAttribute("data-ready")) frame.ready();
  });
  function showBar(): void {
    const now = state();
    put(frame.bar.querySelector(".mxw-title")!, now.title);
    const unknown = gone && isOpen(now.status);
    put(badge, unknown ? "? kernel gone" : `${now.sign} ${now.word}`);
    badge.dataset["status"] = unknown ? "error" : now.status;
    badge.title = now.reason;
    const paused = now.status === "paused";
    put(pause, paused ? "Resume" : "Pause");
    pause.setAttribute("aria-label", paused ? "Resume" : "Pause");
    const mayLr = can() && !now.scheduled;
    for (const element of [pause, step, stop]) element.setAttribute("aria-disabled", String(!can()));
    for (const element of [half, double, rate]) element.setAttribute("aria-disabled", String(!mayLr));
    rate.readOnly = !mayLr;
    lr.hidden = now.lr === "";
    if (document.activeElement !== rate) rate.value = now.lr;
    lr.title = now.scheduled ? "A scheduler sets the learning rate" : "The learning rate, from the next step on";
    const width = model.get("smooth");
    put(key, width > 1 ? `Thin: each step. Thick: mean of ${width} steps.` : "Each step.");
    put(cost, now.steps ? `the monitor takes ${(100 * now.overhead).toFixed(1)} % of the time` : "");
  }
  function say(): void {
    const now = state();
    if (model.get("notice")) frame.say(model.get("notice"));
    else if (gone) frame.say(GONE);
    else if (wish) frame.say(wish);
    else if (isOpen(now.status) && !now.reachable) frame.say("With this kernel a click waits until the cell has ended.");
    else if (!isOpen(now.status) && now.number) frame.say(`${now.word} ${now.reason}`);
    else frame.say(now.status === "paused" ? "Paused between two steps." : "");
  }
  let before = `${state().status}${state().lr}`;
  const news = () => {
    heard = Date.now();
    gone = false;
    const after = `${state().status}${state().lr}`;
    if (after !== before || state().status === "paused") wish = "";
    before = after;
    say();
    draw();
  };
  const unpackPast = () => {
    past = unpack(model.get("past_curves"), model.get("past_points"));
    draw();
  };
  const drawLayers = onFrame(() => layers.show(model.get("layers"), model.get("bars"), state().many));
  frame.on("state", news);
  frame.on("points", draw);
  frame.on("past_points", unpackPast);
  frame.on("past", unpackPast);
  frame.on("bars", drawLayers);
  frame.on("layers", drawLayers);
  for (const trait of ["hidden", "smooth", "logarithmic"] as const) frame.on(trait, draw);
  frame.on("smooth", () => smooth.set(String(model.get("smooth"))));
  frame.on("logarithmic", () => log.set(model.get("logarithmic")));
  frame.on("notice", say);

  // -- a kernel that says nothing any more -------------------------------------------------------------------------
  const lost = () => {
    gone = true;
    say();
    draw();
  };
  const events = model as unknown as { on(name: string, act: () => void): void; off(name: string, act: () => void): void };
  events.on("comm_live_update", lost);
  function takeFocus(tries: number): void {
    if (!focused || Date.now() - since > SOON || document.activeElement?.closest("input, textarea, [contenteditable='true']")) return;
    const element = [...frame.root.querySelectorAll<HTMLElement>("[aria-label]")].find((one) => one.getAttribute("aria-label") === focused);
    if (frame.root.isConnected) element?.focus({ preventScroll: true });
    else if (tries > 0) setTimeout(() => takeFocus(tries - 1), 50); // the notebook has yet to put the view into the page
  }
  const watch = setInterval(() => {
    const silent = Date.now() - heard;
    if (!gone && state().status === "running" && silent > SILENCE) {
      frame.say(`No news for ${Math.round(silent / 1000)} s: a long step, or the kernel has stopped.`);
    }
  }, 1000);
  const sizes = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(draw);
  sizes?.observe(plots.element);
  const follow = (event: FocusEvent) => {
    focused = (event.target as HTMLElement).getAttribute("aria-label") ?? "";
  };
  const leave = () => {
    since = Date.now();
    setTimeout(() => {
      if (frame.root.isConnected && !frame.root.contains(document.activeElement)) focused = ""; // the reader left it
    });
  };
  frame.root.addEventListener("focusin", follow, frame.signal);
  frame.root.addEventListener("focusout", leave, frame.signal);
  frame.onClose(() => {
    events.off("comm_live_update", lost);
    clearInterval(watch);
    sizes?.disconnect();
    draw.cancel();
    drawLayers.cancel();
  });

  unpackPast();
  drawLayers();
  say();
  takeFocus(10);
  return () => frame.close();
}
