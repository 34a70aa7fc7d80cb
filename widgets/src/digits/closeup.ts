// One map, enlarged, with a cursor; and how the number under the cursor comes about.
import { Canvas, type Theme } from "../shared/canvas";
import { html } from "../shared/dom";
import { numberText } from "../shared/numbers";
import type { LayerInfo, Point, WindowInfo } from "./model";
import { ARROWS, keyed, part } from "./parts";
import { image, shades, stopsOf } from "./pixels";
import { frame } from "./strip";
import { terms } from "./terms";

export type Closeup = {
  element: HTMLElement;
  canvas: Canvas;
  /** Show a map; `at` is the place of the cursor. */
  show(layer: LayerInfo | undefined, at: Point | undefined, values: Uint8Array, low: number): void;
  /** Show the arithmetic of the number under the cursor. */
  explain(info: WindowInfo, numbers: Float32Array): void;
};

/** `move` is called with the place that a reader points at, `reads` with the input channel whose terms are shown, or -1. */
export function makeCloseup(classes: string[], move: (point: Point) => void, reads: (channel: number) => void, on: { signal: AbortSignal }): Closeup {
  let layer: LayerInfo | undefined;
  let point: Point | undefined;
  let values: Uint8Array = new Uint8Array(0);
  let low = 0;
  let kept = false; // a click keeps the place: the mouse may leave
  let channel = -1; // of the input, -1 for the one that counts most
  const canvas = new Canvas(draw, (width) => (width * (layer?.height ?? 1)) / (layer?.width ?? 1));
  const heading = html("p", { class: "mxw-heading", "aria-live": "polite" });
  const hint = part("p", "muted", "Choose a map or a unit of a layer above: here you see how each of its numbers is made.");
  const stage = html("div", { class: "mxw-enlarged", role: "application", "aria-roledescription": "feature map", "aria-label": "Enlarged map. Arrow keys move over its numbers." }, canvas.element);
  const work = part("div", "work");
  const both = part("div", "both", stage, work);
  const element = part("section", "closeup", heading, hint, both);
  element.setAttribute("aria-label", "How one number is made");

  const go = (row: number, column: number): void => {
    if (!layer || !point) return;
    const clamp = (value: number, count: number) => Math.min(Math.max(Math.floor(value), 0), count - 1);
    const to: Point = [point[0], point[1], clamp(row, layer.height), clamp(column, layer.width)];
    if (to[2] === point[2] && to[3] === point[3]) return;
    point = to;
    canvas.redraw();
    move(to);
  };
  const follow = (event: MouseEvent): void => {
    const { x, y } = canvas.point(event);
    if (layer) go((y / canvas.height) * layer.height, (x / canvas.width) * layer.width);
  };
  stage.addEventListener("pointermove", (event) => {
    if (!kept) follow(event);
  }, on);
  stage.addEventListener("click", (event) => {
    kept = true;
    follow(event);
  }, on);
  keyed(stage, (key, event) => {
    const arrow = ARROWS[key];
    if (event.ctrlKey || event.metaKey || !point) return false;
    if (arrow) go(point[2] + arrow[1], point[3] + arrow[0]);
    else if (key === "Escape") kept = false;
    else return false;
    return true;
  }, on);

  function draw(context: CanvasRenderingContext2D, theme: Theme): void {
    if (!layer || !point) return;
    const { height, width } = layer;
    context.imageSmoothingEnabled = false;
    context.drawImage(image(values, width, shades(stopsOf(low))), 0, 0, canvas.width, canvas.height);
    const [across, down] = [canvas.width / width, canvas.height / height];
    context.strokeStyle = theme.border;
    context.strokeRect(0.5, 0.5, canvas.width - 1, canvas.height - 1);
    frame(context, point[3] * across, point[2] * down, across, down);
  }

  const explain = (info: WindowInfo, numbers: Float32Array): void => {
    const [value = NaN] = numbers;
    const [, map, row, column] = info.point;
    const unit = layer?.cells && layer.count === classes.length ? `, class ${classes[map]}` : "";
    const where = layer?.cells ? `unit ${map}${unit}` : `map ${map}, row ${row}, column ${column}`;
    heading.replaceChildren(html("strong", {}, layer?.name ?? ""), ` ${where}: `, html("strong", {}, numberText(value)));
    const shown = info.detailed?.includes(channel) ? channel : (info.biggest ?? 0);
    const focused = document.activeElement as HTMLElement | null;
    const again = work.contains(focused) ? focused?.dataset["channel"] : undefined;
    const refocus = (number: string | number | undefined): void => work.querySelector<HTMLElement>(`[data-channel="${number}"]`)?.focus();
    work.replaceChildren(terms(info, numbers, shown, (picked) => {
      channel = picked;
      explain(info, numbers);
      refocus(picked);
    }));
    if (again !== undefined) refocus(again);
    reads(info.kind === "convolution" ? shown : -1);
  };

  const show: Closeup["show"] = (nextLayer, at, nextValues, nextLow) => {
    if (point?.[0] !== at?.[0] || point?.[1] !== at?.[1]) {
      kept = false;
      channel = -1;
    }
    [layer, point, values, low] = [nextLayer, at, nextValues, nextLow];
    hint.hidden = at !== undefined;
    heading.hidden = both.hidden = at === undefined;
    stage.hidden = layer?.cells === true;
    canvas.redraw();
  };
  show(undefined, undefined, values, 0);
  return { element, canvas, show, explain };
}
