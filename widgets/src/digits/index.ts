// The digit pad: draw a digit, and see what a network makes of it, layer by layer and number by number.
import type { RenderProps } from "@anywidget/types";
import { checkbox, choice, slider } from "../shared/controls";
import { button, html } from "../shared/dom";
import { Frame, onFrame } from "../shared/frame";
import { floats } from "../shared/numbers";
import { makeBars } from "./bars";
import { makeCloseup } from "./closeup";
import { makeHeat, makeInput } from "./input";
import { bytes, IMAGE, type Model, type Point, type WindowInfo } from "./model";
import { Pacer } from "./pacer";
import { BRUSHES, makePad, withTools } from "./pad";
import { keyed, part } from "./parts";
import { makeStrip } from "./strip";

const NOTES: Record<string, string> = {
  scores: "Softmax of the scores that the network returns.",
  probabilities: "The probabilities that the network returns.",
  logarithms: "From the logarithms of probabilities that the network returns.",
};

const CALM = 120; // milliseconds from one drawing of the layers to the next

function render({ model, el }: RenderProps<Model>): () => void {
  const about = model.get("about");
  const { classes, layers } = about;
  const frame = new Frame(model as never, el, "digits", about.title, `${about.title}: draw a digit and look inside the network`);
  const on = frame.signal;
  const set = (values: Partial<Model>): void => {
    for (const [name, value] of Object.entries(values)) model.set(name as keyof Model, value as never);
    model.save_changes();
  };

  // -- drawing -----------------------------------------------------------------------------------------------------
  let asked = model.get("asked");
  let mine = false; // this view sets the ink: it need not be shown again
  const pacer = new Pacer(() => {
    asked = Math.max(asked, model.get("asked")) + 1;
    frame.root.dataset["asked"] = String(asked);
    const ink = new DataView(pad.ink().slice().buffer as ArrayBuffer);
    mine = true;
    model.set("ink", ink);
    model.set("asked", asked);
    mine = false;
    model.send({ asked }, undefined, [ink]); // a message: saved changes wait until the kernel has done with those before
  });
  const brush = slider("Brush", { min: BRUSHES.least, max: BRUSHES.most, step: 0.5, value: BRUSHES.usual }, (value) => pad.setBrush(value));
  const pad = makePad(about.resolution, about.size, () => pacer.want(), brush.set, on);
  const input = makeInput(about);
  const heat = makeHeat(about);
  const bars = makeBars(classes, NOTES[about.output] ?? "");
  const center = checkbox("Center the drawing, as MNIST does", model.get("center"), (checked) => set({ center: checked }));
  const overlay = choice("Why?", [["", "–"], ["gradient", "gradient"], ["occlusion", "occlusion"]], model.get("overlay"), (value) => set({ overlay: value as Model["overlay"] }));
  const target = choice("for", [["-1", "the prediction"], ...classes.map((name, k) => [String(k), name] as const)], String(model.get("target")), (value) => set({ target: Number(value) }));

  // -- inside ------------------------------------------------------------------------------------------------------
  const look = (point: Point): void => set({ point });
  const strip = makeStrip(layers, (layer, map) => {
    const { width, cells } = layers[layer]!;
    const values = strip.map(bytes(model.get("maps")), layer, map);
    let best = 0; // begin where the map is strongest
    const low = model.get("scales")[layer]?.[0] ?? 0;
    const strength = (k: number) => (values[k]! > 253 ? 999 : Math.abs(values[k]! - (low < 0 ? 126.5 : 0)));
    if (!cells) values.forEach((_, k) => {
      if (strength(k) > strength(best)) best = k;
    });
    look([layer, map, Math.floor(best / width), best % width]);
  }, on);
  const closeup = makeCloseup(classes, look, markSource, on);

  function markSource(channel: number): void {
    const info = model.get("window") as WindowInfo;
    const box = info.kind === "convolution" || info.kind === "pooling" ? info.box : undefined;
    input.mark(info.reads === IMAGE ? box : undefined);
    strip.mark(info.reads, box, info.channels?.[Math.max(channel, 0)] ?? -1);
  }

  // -- samples -----------------------------------------------------------------------------------------------------
  const number = html("input", { type: "number", class: "mxw-input mxw-sample", min: 0, max: about.samples - 1, step: 1, "aria-label": `Sample, 0 to ${about.samples - 1}`, placeholder: "–" });
  const load = (sample: number): void => {
    if (Number.isInteger(sample)) set({ sample: ((sample % about.samples) + about.samples) % about.samples });
  };
  if (about.samples > 0) {
    const typed = (): void => load(Math.min(Math.max(Math.round(number.valueAsNumber), 0), about.samples - 1));
    number.addEventListener("change", typed, on);
    keyed(number, (key) => key === "Enter" && (typed(), true), on);
    frame.bar.append(part("span", "muted", "Sample"), number, part("span", "muted", `of ${about.samples}`),
      button("Previous sample", "‹", () => load((model.get("sample") < 0 ? 0 : model.get("sample")) - 1)),
      button("Next sample", "›", () => load(model.get("sample") + 1)),
      button("Next sample that is misread", "Next misread", () => set({ misread: model.get("misread") + 1 })));
  }

  // -- together ----------------------------------------------------------------------------------------------------
  frame.foot.prepend(html("span", {}, "Draw with the mouse, a finger, or ", html("kbd", {}, "←↑→↓"), " and ", html("kbd", {}, "Space")));
  const gets = part("section", "gets", part("div", "images", input.element, heat.element), part("div", "tools", center.element), part("div", "tools", overlay.element, target.element));
  gets.setAttribute("aria-label", "Input of the network");
  frame.body.append(
    withTools(pad, button("Wipe the pad", "Clear", pad.clear), button("Take the last stroke back", "Undo", pad.undo), brush.element),
    gets, bars.element, strip.element, closeup.element);

  const show = onFrame(() => {
    const sample = model.get("sample");
    pad.frame(model.get("frame"));
    bars.show(floats(model.get("chances")), model.get("truth"));
    if (document.activeElement !== number) number.value = sample < 0 ? "" : String(sample);
    frame.root.dataset["shown"] = String(model.get("answered"));
    clearTimeout(later); // the answer comes first: the inside of the network follows the hand a few times a second
    const wait = last + CALM - performance.now();
    if (wait > 0) later = setTimeout(inside, wait);
    else inside();
  });
  let last = -CALM;
  let later: ReturnType<typeof setTimeout> | undefined;

  function inside(): void {
    const [sample, picture] = [model.get("sample"), bytes(model.get("picture"))];
    last = performance.now();
    input.show(picture, sample < 0 && model.get("center"), sample);
    strip.show(bytes(model.get("maps")), model.get("scales"));
    heat.show(floats(model.get("heat")), model.get("heat_about"), picture);
    target.element.hidden = model.get("overlay") === "";
    point();
  }

  function point(): void {
    const at = model.get("point");
    const chosen = at.length === 4 && layers[at[0]!] ? (at as unknown as Point) : undefined;
    strip.choose(chosen?.[0] ?? -1, chosen?.[1] ?? -1);
    const layer = chosen ? layers[chosen[0]] : undefined;
    const maps = bytes(model.get("maps"));
    closeup.show(layer, chosen, chosen ? strip.map(maps, chosen[0], chosen[1]) : maps, chosen ? (model.get("scales")[chosen[0]]?.[0] ?? 0) : 0);
  }

  function explain(): void {
    const info = model.get("window") as WindowInfo;
    if (info.kind && model.get("point").length === 4) closeup.explain(info, floats(model.get("numbers")));
  }

  for (const trait of ["answered", "chances", "picture", "maps", "center", "sample", "truth", "frame", "heat", "overlay"]) frame.on(trait, show);
  frame.on("answered", () => pacer.answered(model.get("answered") >= asked));
  frame.on("ink", () => {
    if (!mine) pad.show(bytes(model.get("ink")));
  });
  frame.on("point", onFrame(point));
  const explainSoon = onFrame(explain); // equal numbers at another place change the window alone
  for (const trait of ["window", "numbers"]) frame.on(trait, explainSoon);
  frame.on("center", () => center.set(model.get("center")));
  frame.on("overlay", () => overlay.set(model.get("overlay")));
  frame.on("target", () => target.set(String(model.get("target"))));

  pad.show(bytes(model.get("ink")));
  for (const canvas of [pad.canvas, input.canvas, heat.canvas, closeup.canvas, ...strip.canvases]) {
    canvas.start();
    frame.onClose(() => canvas.stop());
  }
  frame.onClose(() => {
    pacer.stop();
    bars.stop();
    show.cancel();
    clearTimeout(later);
  });
  show();
  requestAnimationFrame(explain);
  frame.ready();
  return () => frame.close();
}

export default { render };
