// HybridDiff: the graph as it was written beside the one that runs; passes, numbers and the generated program.
import type { RenderProps } from "@anywidget/types";
import { toggle } from "../shared/controls";
import { button, focusable, html, svg } from "../shared/dom";
import { Frame, onFrame } from "../shared/frame";
import { Fates, sceneKey } from "./fates";
import type { Model, Scene } from "./model";
import { Pane, type Acts } from "./pane";
import { Passes } from "./passes";
import { Program } from "./program";
import * as tiles from "./tiles";

const PATIENCE = 1500; // milliseconds before a reader is told that the kernel does not answer
const LONGER = 15000; // the same for a measurement

function render({ model, el }: RenderProps<Model>): () => void {
  const table = model.get("record");
  const frame = new Frame(model, el, "hybrid", `${table.title}, ${table.mode}`, table.summary);
  const fates = new Fates(table);
  const known = new Map<string, Scene>();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let measuring: ReturnType<typeof setTimeout> | undefined;

  const part = () => Math.max(0, table.parts.indexOf(model.get("part")));
  const stage = () => Math.min(Math.max(model.get("stage"), 0), table.stages.length - 1);
  const set = <K extends "stage" | "part" | "selected" | "folded" | "wish">(name: K, value: Model[K]) => {
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
  };

  // -- the parts ---------------------------------------------------------------------------------------------------
  const select = (id: number) => {
    const info = table.nodes[id];
    const home = table.parts[info?.[2] ?? 0];
    if (info && info[1] !== "null" && home && home !== model.get("part")) set("part", home);
    set("selected", id);
  };
  const fold = (group: number) => {
    const folded = model.get("folded");
    set("folded", folded.includes(group) ? folded.filter((each) => each !== group) : [...folded, group].sort((a, b) => a - b));
  };
  const acts = (other: () => Pane): Acts => ({ select, toggle: fold, cross: () => other().focus() });
  const left: Pane = new Pane(table, "As it is written: eager", acts(() => right));
  const right: Pane = new Pane(table, "As it runs: hybridized", acts(() => left));
  const passes = new Passes(table, (next) => set("stage", Math.min(Math.max(next, 0), table.stages.length - 1)), select);
  const program = new Program((line) => {
    const found = table.nodes.findIndex((node) => node[2] === part() && node[4] === line);
    if (found >= 0) set("selected", found);
  });
  const again = button("Measure the time of both again", "Measure again", () => {
    frame.say("Measuring …");
    clearTimeout(measuring);
    measuring = setTimeout(() => frame.say("No new times yet: the kernel is busy or gone. Run the cell again if it was stopped."), LONGER);
    set("wish", model.get("wish") + 1);
  });
  const link = svg("path", { class: "mxw-link" });
  const ends = [svg("circle", { r: 4 }), svg("circle", { r: 4 })] as const;
  const overlay = svg("svg", { class: "mxw-overlay", "aria-hidden": "true" }, link, ...ends);
  const pair = html("div", { class: "mxw-both" }, left.root, right.root, overlay);
  const fate = html("div", { class: "mxw-fate", role: "region", "aria-label": "The selected node", "aria-live": "polite" });
  const numbers = html("div", { class: "mxw-tiles" });
  const choices = table.parts.length < 2 ? [] : table.parts.map((name) => toggle(`Show the ${name} pass`, name, false, () => set("part", name)));
  const caption = html("span", {});
  const head = html("div", { class: "mxw-sub-bar" }, html("strong", {}, "The generated program"), caption);
  const meaning = html("details", { class: "mxw-meaning" }, focusable(html("summary", {}, "What the numbers mean, and what is not drawn")),
    ...table.notes.map((note) => html("p", {}, note)));
  frame.bar.append(...choices.map((choice) => choice.element));
  frame.body.append(numbers, passes.root, pair, fate, head, program.root, meaning);

  // -- showing -----------------------------------------------------------------------------------------------------
  function showTimes(): void {
    const focused = document.activeElement === again;
    numbers.replaceChildren(tiles.calls(table), tiles.memory(table), tiles.time(model.get("times"), again), tiles.difference(table));
    if (focused) again.focus({ preventScroll: true });
  }

  function draw(pane: Pane, at: number, isLeft: boolean): boolean {
    const scene = known.get(sceneKey(table.stages[at]!.drawings[part()]!, model.get("folded")));
    const after = stage();
    const name = isLeft ? "Eager: as it is written" : after === 0 ? "Hybridized: before the first pass"
      : after === table.stages.length - 1 ? "Hybridized: as it runs" : `Hybridized: after ${table.stages[after]!.label}`;
    const count = scene ? scene.items.reduce((sum, item) => sum + item[9].filter((id) => table.nodes[id]?.[1] !== "null" && !(item[4] === "constant")).length, 0) : 0;
    pane.title(name, scene ? `${count} ${count === 1 ? "operator" : "operators"}` : "");
    if (!scene) {
      pane.wait("This drawing is asked of the kernel …");
      return false;
    }
    const chained = (a: number, b: number) => !isLeft && fates.chain(a, after).includes(b);
    pane.show(scene, isLeft ? fates.left(after) : fates.right(after), chained, isLeft);
    return true;
  }

  function showGraphs(): void {
    for (const [key, scene] of Object.entries(model.get("scenes"))) known.set(key, scene);
    clearTimeout(waiting);
    const complete = [draw(left, 0, true), draw(right, stage(), false)].every(Boolean);
    if (!complete) {
      waiting = setTimeout(() => frame.say("The kernel does not answer: this drawing appears when it is free. Run the cell again if it was stopped."), PATIENCE);
    }
    passes.show(stage());
    showSelected();
  }

  function showPart(): void {
    const now = part();
    const name = table.parts[now] ?? "forward";
    choices.forEach((choice, k) => choice.set(k === now));
    caption.textContent = ` ${name}: each line computes one node, click it to find the node`;
    const computed = new Set(table.nodes.filter((node) => node[2] === now).map((node) => node[4]));
    program.show(table.sources[now] ?? "", (line) => line > 0 && computed.has(line));
    showGraphs();
  }

  function showSelected(): void {
    const id = model.get("selected");
    const info = table.nodes[id];
    const after = stage();
    if (!info) {
      left.select([], []);
      right.select([], []);
      program.mark(0, []);
      fate.replaceChildren(html("span", {}, "Select a node on either side, or a line of the program, to see what became of it. "),
        html("kbd", {}, "↑"), html("kbd", {}, "↓"), " walk, ", html("kbd", {}, "←"), html("kbd", {}, "→"), " cross to the other graph, ",
        html("kbd", {}, "Enter"), " selects, or opens a Block.");
      return drawLink();
    }
    const became = fates.of(id, after);
    const chain = became.now === null ? [] : fates.chain(became.now, after);
    const last = fates.of(id, table.stages.length - 1);
    left.select([id], became.now === null ? [] : fates.origins(became.now, after));
    right.select(became.now === null ? [] : [became.now], chain);
    const line = last.now === null ? 0 : (table.nodes[last.now]?.[4] ?? 0);
    const here = last.now !== null && table.nodes[last.now]?.[2] === part();
    program.mark(here ? line : 0, last.now === null ? [] : fates.chain(last.now, table.stages.length - 1).map((each) => table.nodes[each]?.[4] ?? 0));
    const [label, sign, color, ink] = table.marks[became.kind] ?? ["still there", "→", "transparent", "inherit"];
    const badge = html("span", { class: "mxw-dot-sign", style: `background:${color};color:${ink}`, "aria-hidden": "true" }, sign);
    const where = line > 0 ? `Line ${line} of the ${table.parts[table.nodes[last.now!]![2]] ?? "forward"} program.` : "No line of the program computes it.";
    const text = became.text || (after === 0 ? "as it is written" : "no pass has changed it");
    fate.replaceChildren(
      html("b", {}, info[0]), html("span", {}, [info[1] === "null" ? "input or constant" : info[1], info[3]].filter(Boolean).join(", ")),
      badge, html("span", {}, became.kind === "same" ? `${text}.` : `${label}: ${text}.`), html("span", { class: "mxw-where" }, info[1] === "null" && line === 0 ? "" : where));
    drawLink();
  }

  // -- the line from a node to what became of it -------------------------------------------------------------------
  const drawLink = onFrame(() => {
    const find = (pane: Pane) => {
      const item = pane.window.querySelector<SVGGElement>("[aria-pressed='true'] .mxw-face");
      const [box, view, home] = [item?.getBoundingClientRect(), pane.window.getBoundingClientRect(), pair.getBoundingClientRect()];
      if (!box || box.height === 0) return undefined;
      const y = (box.top + box.bottom) / 2;
      if (y < view.top || y > view.bottom || box.right < view.left || box.left > view.right) return undefined;
      return { left: Math.max(box.left, view.left) - home.left, right: Math.min(box.right, view.right) - home.left, y: y - home.top };
    };
    const [a, b] = [find(left), find(right)];
    const side = a && b && b.left > a.right;
    overlay.style.display = side ? "" : "none";
    if (!a || !b || !side) return;
    const bend = (b.left - a.right) * 0.4;
    link.setAttribute("d", `M${a.right} ${a.y}C${a.right + bend} ${a.y} ${b.left - bend} ${b.y} ${b.left} ${b.y}`);
    [[a.right, a.y], [b.left, b.y]].forEach(([x, y], k) => {
      ends[k]!.setAttribute("cx", String(x));
      ends[k]!.setAttribute("cy", String(y));
    });
  });
  for (const pane of [left, right]) pane.window.addEventListener("scroll", () => drawLink(), { ...frame.signal, passive: true });

  // -- the kernel --------------------------------------------------------------------------------------------------
  const legend = Object.entries(table.marks)
    .filter(([kind]) => table.stages.some((each) => each.changes.some((change) => change[0] === kind)))
    .map(([, [label, sign, color, ink]]) => html("span", { class: "mxw-key" },
      html("span", { class: "mxw-dot-sign", style: `background:${color};color:${ink}`, "aria-hidden": "true" }, sign), label));
  frame.foot.prepend(...legend);
  frame.on("scenes", () => {
    frame.say(model.get("notice"));
    showGraphs();
  });
  for (const trait of ["stage", "folded"]) frame.on(trait, showGraphs);
  frame.on("part", showPart);
  frame.on("selected", showSelected);
  frame.on("times", () => {
    clearTimeout(measuring);
    frame.say(model.get("notice"));
    showTimes();
  });
  frame.onClose(() => {
    clearTimeout(waiting);
    clearTimeout(measuring);
    drawLink.cancel();
  });
  showTimes();
  showPart();
  const sizes = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(() => {
    left.resize();
    right.resize();
    drawLink();
  });
  sizes?.observe(pair);
  frame.onClose(() => sizes?.disconnect());
  frame.ready();
  return () => frame.close();
}

export default { render };
