// The four numbers: calls, memory, time, difference. Each pair is two bars on one scale.
import { html } from "../shared/dom";
import { numberText } from "../shared/numbers";
import type { Table, Times } from "./model";

const share = (value: number, largest: number): string => `${largest > 0 ? Math.max(1, (100 * value) / largest).toFixed(1) : 0}%`;

function bar(name: string, value: number, largest: number, text: string, spread?: [number, number]): HTMLElement {
  const track = html("span", { class: "mxw-track", "aria-hidden": "true" }, html("span", { class: `mxw-fill mxw-${name}`, style: `width:${share(value, largest)}` }));
  if (spread) {
    const left = share(spread[0], largest);
    track.append(html("span", { class: "mxw-whisker", style: `left:${left};width:calc(${share(spread[1], largest)} - ${left})` }));
  }
  return html("div", { class: "mxw-pair-row" }, html("span", {}, name), track, html("b", {}, text));
}

function tile(name: string, ...content: (Node | string)[]): HTMLElement {
  return html("div", { class: "mxw-tile", role: "group", "aria-label": name }, html("div", { class: "mxw-tile-name" }, name), ...content);
}

const small = (text: string): HTMLElement => html("div", { class: "mxw-small" }, text);

/** Return what a change from one number to another means: "1 fewer", "the same". */
export function fewer(before: number, after: number): string {
  if (before === after) return "the same number";
  return after < before ? `${before - after} fewer` : `${after - before} more`;
}

/** Return a time in milliseconds for a reader, with its unit. */
export function timeText(milliseconds: number): string {
  return milliseconds < 1 ? `${numberText(1000 * milliseconds, 3)} µs` : `${numberText(milliseconds, 3)} ms`;
}

/** Return the tile of the operator calls. */
export function calls(table: Table): HTMLElement {
  const [eager, hybrid] = table.calls;
  const top = Math.max(eager, hybrid);
  return tile("Operator calls", bar("eager", eager, top, String(eager)), bar("hybrid", hybrid, top, String(hybrid)), small(fewer(eager, hybrid)));
}

/** Return the tile of the memory. */
export function memory(table: Table): HTMLElement {
  const { eager, compiled, texts, reused } = table.memory;
  const top = Math.max(eager, compiled);
  return tile("Peak memory of values", bar("eager", eager, top, texts[0]), bar("hybrid", compiled, top, texts[1]), small(reused));
}

/** Fill the tile of the times. */
export function time(times: Times, again: HTMLElement): HTMLElement {
  const top = Math.max(times.eager[2], times.compiled[2]);
  const row = (name: string, [low, middle, high]: [number, number, number]) => bar(name, middle, top, timeText(middle), [low, high]);
  const factor = times.speedup >= 1 ? `${numberText(times.speedup, 3)} times as fast` : `${numberText(1 / times.speedup, 3)} times as slow`;
  return tile("Time, measured here", row("eager", times.eager), row("hybrid", times.compiled),
    small(`${factor}; medians of ${times.rounds} turns, line: middle half; ${times.where}`), again);
}

/** Return the tile of the largest difference. */
export function difference(table: Table): HTMLElement {
  const { largest, good, lines, note } = table.difference;
  const head = html("div", { class: good ? "mxw-verdict" : "mxw-verdict mxw-bad" }, `${good ? "✓" : "!"} ${largest === "none" ? "none: equal to the last bit" : largest}`);
  const found = tile("Largest difference", head, ...lines.map(small));
  if (note) found.append(small(note));
  return found;
}
