// The backward pass, one node at a time. Everything is here already: stepping asks the kernel nothing.
import type { RenderProps } from "@anywidget/types";
import { choice, slider, toggle } from "../shared/controls";
import { button, focusable, html } from "../shared/dom";
import { Frame } from "../shared/frame";
import { floats } from "../shared/numbers";
import { Atlas } from "./atlas";
import { draw, heading, type Worked } from "./equation";
import { stepsOf, type Model, type Step } from "./model";
import { feedback, form, isRight } from "./predict";
import { Shelf } from "./shelf";
import { behind, innermost, stepOf } from "./walk";

const PAGE = 10; // steps of PageUp and PageDown
const TALLEST = 480; // pixels that the panel keeps, so that the page below does not jump

function render({ model, el }: RenderProps<Model>): () => void {
  const table = model.get("table");
  const steps = stepsOf(table);
  const tiles = model.get("tiles");
  const shelf = new Shelf(table.arrays, floats(model.get("numbers")), tiles ? new Uint8Array(tiles.buffer, tiles.byteOffset, tiles.byteLength) : new Uint8Array(0));
  const frame = new Frame(model as never, el, "stepper", table.title, table.summary);
  const revealed = new Set<number>();
  let worked: Worked[] = [];
  let entry: [part: number, entry: number] = [0, -1];
  let shown = -1;

  // -- the parts ---------------------------------------------------------------------------------------------------
  const first = button("First step (Home)", "|◀", () => go(0));
  const previous = button("Previous step (←)", "◀", () => go(position() - 1));
  const next = button("Next step (→)", "▶", () => go(position() + 1));
  const last = button("Last step (End)", "▶|", () => go(steps.length - 1));
  const track = slider("Step", { min: 1, max: Math.max(steps.length, 1), step: 1, value: 1, text: (k) => `${steps[k - 1]?.n ?? k} of ${table.total}` }, (k) => go(k - 1));
  const skip = button("Skip this Block (S)", "Skip", () => go(behind(steps, position())));
  const list = choice("Go to", steps.map((step, k) => [String(k), `${step.n}  ${step.kind === "node" ? step.name : heading(step)}`] as const), "0", (k) => go(Number(k)));
  const predict = toggle("Predict each result before it is shown (P)", "Predict", model.get("predict"), (on) => setPredict(on));
  const score = html("span", { class: "mxs-score" });
  frame.bar.append(first, previous, track.element, next, last, skip, list.element, predict.element, score);

  const panel = focusable(html("div", { class: "mxs-panel", tabindex: 0, role: "region", "aria-label": "The step" }));
  const atlas = new Atlas(table.map, (item) => {
    const found = stepOf(steps, item);
    if (found >= 0) go(found);
    else frame.say("No gradient flows there.");
  });
  const view = focusable(html("div", { class: "mxs-window", tabindex: 0, role: "region", "aria-label": "Map of the graph" }, atlas.root));
  const side = html("div", { class: "mxs-side" }, html("div", { class: "mxs-shape" }, "The gradient flows up the graph."), view);
  if (steps.length < table.total) {
    side.prepend(html("div", { class: "mxs-shape" }, `${steps.length} of ${table.total} steps are kept: those nearest to the head, and the ends.`));
  }
  frame.body.append(panel, side);
  frame.foot.prepend(html("span", { class: "mxw-key" }, html("span", {}, "−"), html("span", { class: "mxs-scale", "aria-hidden": "true" }), html("span", {}, "+")),
    html("span", {}, html("kbd", {}, "←"), " ", html("kbd", {}, "→"), " step  ", html("kbd", {}, "↑"), " ", html("kbd", {}, "↓"), " entry"));

  // -- where we are ------------------------------------------------------------------------------------------------
  const position = (): number => Math.min(Math.max(model.get("position"), 0), steps.length - 1);

  function go(to: number): void {
    const inside = Math.min(Math.max(to, 0), steps.length - 1);
    if (inside === position()) return;
    model.set("position", inside);
    model.save_changes();
    show();
  }

  function setPredict(on: boolean): void {
    predict.set(on);
    model.set("predict", on);
    model.save_changes();
    show(true);
  }

  const isVeiled = (step: Step, at: number): boolean =>
    model.get("predict") && step.ask !== undefined && model.get("answers")[String(at)] === undefined && !revealed.has(at);

  function answer(at: number, text: string): void {
    model.set("answers", { ...model.get("answers"), [String(at)]: text });
    model.save_changes();
    show(true);
    panel.focus();
  }

  function show(again = false): void {
    const at = position();
    const step = steps[at];
    if (!step || (at === shown && !again)) return;
    const moved = at !== shown;
    shown = at;
    track.set(at + 1);
    list.set(String(at));
    first.disabled = previous.disabled = at === 0;
    next.disabled = last.disabled = at === steps.length - 1;
    skip.hidden = step.block === "";
    skip.textContent = `Skip ${innermost(step.block)}`;
    const veiled = isVeiled(step, at);
    const drawn = draw(step, shelf, veiled);
    worked = drawn.worked;
    entry = [0, -1];
    const title = html("div", { class: "mxs-heading" }, html("span", { class: "mxs-count" }, `Step ${step.n} of ${table.total}`), html("span", {}, heading(step)));
    panel.replaceChildren(title);
    if (step.block) panel.append(html("div", { class: "mxs-quiet" }, `Block ${step.block.split("/").join(" / ")}`));
    panel.append(...asked(step, at, veiled), html("div", { class: step.kind === "node" ? "mxs-parts" : "" }, ...drawn.elements));
    if (moved) {
      panel.scrollTop = 0;
      panel.style.minHeight = `${Math.min(Math.max(panel.offsetHeight, parseFloat(panel.style.minHeight) || 0), TALLEST)}px`;
    }
    atlas.show(step, steps.slice(0, at));
    bringIntoView(step);
    showScore();
    frame.say(`Step ${step.n} of ${table.total}: ${heading(step)}`);
  }

  function asked(step: Step, at: number, veiled: boolean): HTMLElement[] {
    const question = step.ask;
    if (!question || !model.get("predict")) return [];
    if (veiled) {
      return [form(question, (text) => answer(at, text), () => {
        revealed.add(at);
        show(true);
        panel.focus();
      })];
    }
    const given = model.get("answers")[String(at)];
    if (given === undefined) return [];
    const part = step.parts[question.part];
    const local = shelf.get(part?.dense ?? -1)?.cells ?? [];
    const upstream = shelf.get(step.up[0] ?? -1)?.cells ?? [];
    const right = isRight(question, given);
    return [html("div", { class: `mxs-said ${right ? "mxs-good" : "mxs-bad"}`, role: "status" }, feedback(question, given, local, upstream))];
  }

  function showScore(): void {
    const answers = Object.entries(model.get("answers"));
    const right = answers.filter(([at, text]) => {
      const question = steps[Number(at)]?.ask;
      return question !== undefined && isRight(question, text);
    }).length;
    score.textContent = answers.length > 0 ? `${right} of ${answers.length} right` : "";
  }

  function bringIntoView(step: Step): void {
    const scale = (atlas.root.getBoundingClientRect().height || table.map.height) / table.map.height;
    const { x, y } = atlas.center(step);
    view.scrollTop = y * scale - view.clientHeight / 2;
    view.scrollLeft = x * scale - view.clientWidth / 2;
  }

  /** Work out another entry of the contributions, one after the other. */
  function workOut(way: number): void {
    const counts = worked.map((each) => each.count);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return;
    let flat = entry[1] < 0 ? (way > 0 ? 0 : total - 1) : counts.slice(0, entry[0]).reduce((sum, count) => sum + count, 0) + entry[1] + way;
    flat = (flat + total) % total;
    let part = 0;
    while (flat >= counts[part]!) {
      flat -= counts[part]!;
      part += 1;
    }
    entry = [part, flat];
    worked[part]!.select(flat);
    const text = panel.querySelectorAll(".mxs-work")[part]?.textContent;
    if (text) frame.say(text);
  }

  // -- keys --------------------------------------------------------------------------------------------------------
  const acts: Record<string, () => void> = {
    ArrowLeft: () => go(position() - 1),
    ArrowRight: () => go(position() + 1),
    ArrowUp: () => workOut(-1),
    ArrowDown: () => workOut(1),
    Home: () => go(0),
    End: () => go(steps.length - 1),
    PageUp: () => go(position() - PAGE),
    PageDown: () => go(position() + PAGE),
    s: () => go(behind(steps, position())),
    p: () => setPredict(!model.get("predict")),
  };
  frame.root.addEventListener("keydown", (event) => {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("select, [type=text]")) return;
    if (target.matches("[type=range]") && event.key !== "s" && event.key !== "p") return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, frame.signal);

  // -- the kernel --------------------------------------------------------------------------------------------------
  frame.on("position", () => show());
  frame.on("predict", () => {
    predict.set(model.get("predict"));
    show(true);
  });
  frame.on("answers", () => show(true));
  show();
  frame.ready();
  return () => frame.close();
}

export default { render };
