// Times, rates and factors as text, and which of them stand beside an axis: as mxlearn_widgets/timing/words.py and svg.py.
import type { Scale } from "../shared/scale";

/** Return a time with three digits and its unit: "45.6 µs". */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "not measured";
  for (const [factor, unit] of [[1e9, "ns"], [1e6, "µs"], [1e3, "ms"], [1, "s"]] as const) {
    const value = seconds * factor;
    const digits = value > 0 ? Math.max(2 - Math.floor(Math.log10(value)), 0) : 0;
    const text = value.toFixed(Math.min(digits, 20));
    if (Number(text) < 1000 || unit === "s") return `${text.includes(".") ? text.replace(/\.?0+$/, "") : text} ${unit}`;
  }
  return "";
}

/** Return the interval of a median as text, "" where there is none. */
export function between(low: number | null, high: number | null): string {
  return low === null || high === null ? "" : `${duration(low)} to ${duration(high)}`;
}

/** Return an amount a second with a prefix: "312 GFLOP/s". */
export function rate(perSecond: number, unit: string): string {
  for (const [factor, prefix] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (perSecond >= factor) return `${Number((perSecond / factor).toPrecision(3))} ${prefix}${unit}/s`;
  }
  return `${Number(perSecond.toPrecision(3))} ${unit}/s`;
}

export function factor(value: number): string {
  return value >= 0.999 ? `${Number(value.toPrecision(3))} ×` : `1/${Number((1 / value).toPrecision(3))}`;
}

/** Return powers of ten on a logarithmic scale, or more where it spans little; at most about `most`. */
export function decades(scale: Scale, most = 7): number[] {
  const [first, last] = [Math.floor(Math.log10(scale.low)), Math.ceil(Math.log10(scale.high))];
  let values: number[] = [];
  for (const steps of [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 8]]) {
    values = [];
    for (let k = first; k <= last; k += 1) for (const m of steps) values.push(Number(`${m}e${k}`));
    values = values.filter((v) => v >= scale.low && v <= scale.high);
    if (values.length >= 3) break;
  }
  const every = Math.ceil(values.length / most) || 1;
  return values.filter((_, k) => k % every === 0);
}

/** Return factors around 1 that a scale holds: 1/10, 1, 10 where it is long, 1/2, 1, 2 where it is short. */
export function factors(scale: Scale): number[] {
  let values: number[] = [];
  for (const steps of [[1], [1, 2, 5], [1, 1.1, 1.2, 1.5, 2, 3, 5, 7]]) {
    const above: number[] = [];
    for (let k = 0; k < 7; k += 1) for (const m of steps) above.push(m * 10 ** k);
    values = [...new Set([...above.map((v) => 1 / v), ...above])].filter((v) => v >= scale.low && v <= scale.high);
    if (values.length >= 4) break;
  }
  const kept: number[] = []; // those near 1 first, with room for their text
  for (const value of values.sort((a, b) => Math.abs(Math.log(a)) - Math.abs(Math.log(b)))) {
    if (kept.every((other) => Math.abs(scale.at(value) - scale.at(other)) >= 16)) kept.push(value);
  }
  return kept.sort((a, b) => a - b);
}

/** Return those sizes whose numbers have room below the axis, the largest among them. */
export function sizeTicks(sizes: readonly number[], across: Scale, apart = 34): number[] {
  const found: number[] = [];
  let [last, edge] = [Infinity, Infinity]; // place of the number on the right, and where it begins
  for (const n of [...sizes].reverse()) {
    const [at, half] = [across.at(n), 3.4 * String(n).length];
    if (last - at < apart || edge - (at + half) < 6) continue;
    found.push(n);
    [last, edge] = [at, at - half];
  }
  return found;
}

/** Return places at least `gap` apart inside [top, bottom], in the order of those wanted and near to them. */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!);
  const places = [...wanted];
  let last = top - gap;
  for (const k of order) last = places[k] = Math.max(places[k]!, last + gap);
  last = bottom + gap;
  for (const k of order.reverse()) last = places[k] = Math.min(places[k]!, last - gap);
  return places;
}
