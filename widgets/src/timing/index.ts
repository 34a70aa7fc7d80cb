// The race: a live panel, and below it, on its own ground and under its badge, what was recorded elsewhere.
import type { AnyModel, RenderProps } from "@anywidget/types";
import { button, html } from "../shared/dom";
import { checkbox, toggle } from "../shared/controls";
import { Frame, onFrame } from "../shared/frame";
import { floats } from "../shared/numbers";
import type { Board, Look, Model, View } from "./model";
import { Panel } from "./panel";

const VIEWS: readonly (readonly [View, string, string])[] = [
  ["times", "Times", "Time against size"],
  ["samples", "Samples", "All samples at one size"],
  ["speed", "Speed-up", "How many times as fast, and the crossover"],
  ["roofline", "Roofline", "How close to what the machine can do"],
  ["table", "Table", "All medians as a table"],
];
const HIDE = [["launch", "launch only (the wrong way)"], ["event", "event time"], ["copies", "with copies"]] as const;

function render({ model, el }: RenderProps<Model>): () => void {
  const state = model.get("state");
  const frame = new Frame(model as unknown as AnyModel<Model>, el, "race", `Race: ${state.title}`, `Race: ${state.title}`);
  const replay = model.get("replay") as Board;
  const recorded = replay.badge !== undefined;
  let hovered: { panel: Panel; size: number } | undefined;

  // -- the bar -----------------------------------------------------------------------------------------------------
  const share = html("div", { class: "mxw-share" });
  const progress = html("div", { class: "mxw-progress", role: "progressbar", "aria-label": "Race", "aria-valuemin": 0, "aria-valuemax": 100 }, share);
  const stop = button("Stop the race", "◼ Stop", () => {
    model.send({ command: "stop" });
    stop.disabled = true;
    frame.say("Stops after this round.");
  });
  const tabs = VIEWS.map(([view, text, label]) => [view, toggle(label, text, false, () => choose("view", view))] as const);
  frame.bar.append(stop, html("div", { class: "mxw-tabs", role: "group", "aria-label": "View" }, ...tabs.map(([, tab]) => tab.element)));
  const all = [model.get("live"), ...(recorded ? [replay] : [])];
  const offers = HIDE.filter(([name]) => all.some((board) => (name === "copies" ? board.entrants.some((e) => e.transfer) && !board.entrants.every((e) => e.transfer) : board.entrants.some((e) => e.device === "gpu"))));
  const boxes = offers.map(([name, text]) => [name, checkbox(text, true, (checked) => {
    const others = model.get("hidden").filter((other) => other !== name);
    choose("hidden", checked ? others : [...others, name]);
  })] as const);
  const options = html("div", { class: "mxw-options" }, ...boxes.map(([, box]) => box.element));

  // -- the panels --------------------------------------------------------------------------------------------------
  const panel = (title: string): Panel => {
    const made: Panel = new Panel(title, (size) => choose("size", made.sizes[size] ?? 1), (size) => {
      hovered = size < 0 ? undefined : { panel: made, size };
      redraw();
    }, frame.signal);
    return made;
  };
  const live = panel("Measured here");
  const panels = [live];
  frame.body.append(progress, options, live.element);
  if (recorded) {
    const other = panel(`${replay.badge}, not measured here`);
    other.show({ board: replay, rows: model.get("replay_rows"), samples: floats(model.get("replay_samples")) });
    panels.push(other);
    frame.body.append(other.element);
  }
  if (state.missing) frame.body.append(html("p", { class: "mxw-missing" }, state.missing));
  const machine = html("span", {});
  frame.foot.prepend(machine);

  // -- drawing -----------------------------------------------------------------------------------------------------
  function choose<K extends "view" | "size" | "hidden">(name: K, value: Model[K]): void {
    hovered = undefined; // what is chosen is shown, also where the pointer rests on another size
    model.set(name, value);
    model.save_changes();
    redraw();
  }

  /** Return the size of a panel that is nearest to the one in detail, as its number. */
  function nearest(sizes: readonly number[], n: number): number {
    const apart = sizes.map((size) => Math.abs(Math.log(size / n)));
    return Math.max(apart.indexOf(Math.min(...apart)), 0);
  }

  /** Return the size that is measured just now, as its number: what is in detail while the race runs. */
  function lastMeasured(): number {
    return Math.max(0, ...model.get("live").cells.map((cell) => cell[1]));
  }

  function draw(): void {
    const view = VIEWS.some(([name]) => name === model.get("view")) ? (model.get("view") as View) : "times";
    const hidden = model.get("hidden");
    for (const [name, tab] of tabs) tab.set(name === view);
    for (const [name, box] of boxes) box.set(!hidden.includes(name));
    for (const one of panels) {
      const look: Look = { size: one === live && model.get("state").running ? lastMeasured() : nearest(one.sizes, Math.max(model.get("size"), 1)), launch: !hidden.includes("launch"), event: !hidden.includes("event"), copies: !hidden.includes("copies") };
      one.draw(view, look, hovered?.panel === one ? hovered.size : -1);
    }
  }
  const redraw = onFrame(draw);

  function tell(): void {
    const { running, said, share: done } = model.get("state");
    const { machine: host } = model.get("live");
    stop.hidden = !running;
    if (!running) stop.disabled = false;
    progress.hidden = !running;
    progress.setAttribute("aria-valuenow", String(Math.round(100 * done)));
    share.style.width = `${100 * done}%`;
    machine.textContent = host;
    frame.say(said || model.get("notice"));
  }

  function measured(): void {
    live.show({ board: model.get("live"), rows: model.get("rows"), samples: floats(model.get("samples")) });
    redraw();
  }

  for (const name of ["live", "rows", "samples"]) frame.on(name, measured);
  for (const name of ["view", "size", "hidden"]) frame.on(name, redraw);
  frame.on("state", tell);
  live.show({ board: model.get("live"), rows: model.get("rows"), samples: floats(model.get("samples")) });
  tell();
  draw();
  if (typeof ResizeObserver !== "undefined") {
    const sizes = new ResizeObserver(redraw);
    sizes.observe(frame.body);
    frame.onClose(() => sizes.disconnect());
  }
  frame.onClose(() => redraw.cancel());
  frame.ready();
  return () => frame.close();
}

export default { render };
