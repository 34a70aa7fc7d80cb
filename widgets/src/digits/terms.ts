// The arithmetic of one number, as the reader sees it: patch × kernel = products, their sums, the bias, the function behind.
import { DIVERGING } from "../shared/color";
import { focusable, html } from "../shared/dom";
import { numberText } from "../shared/numbers";
import { matrix } from "./matrix";
import { part } from "./parts";
import { stopsOf } from "./pixels";
import type { WindowInfo } from "./model";

const n = (value: number): string => numberText(value, 4);
const signed = (value: number): string => (value < 0 ? `− ${n(-value)}` : `+ ${n(value)}`);
const bound = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let k = 0; k < values.length; k += 1) if (Number.isFinite(values[k]!)) most = Math.max(most, Math.abs(values[k]!));
  return most || 1;
};
const span = (name: string, text: string): HTMLElement => part("span", name, text);

/** The terms of a number. `shown` is the input channel whose products are written out; `pick` chooses another one. */
export function terms(info: WindowInfo, numbers: Float32Array, shown: number, pick: (channel: number) => void): HTMLElement {
  const [value = NaN, total = NaN, bias = NaN, rest = NaN] = numbers;
  const root = part("div", "terms");
  if (info.kind === "convolution") root.append(...convolution(info, numbers, shown, pick));
  else if (info.kind === "pooling") root.append(...pooling(info, numbers, total));
  else if (info.kind === "dense") root.append(...dense(info, numbers, rest));
  else {
    const what = info.kind === "each" ? `This layer reads ${n(total)} here and gives ${n(value)}.` : `The number is ${n(value)}. Its terms are not known: this kind of layer is not taken apart.`;
    root.append(html("p", {}, what));
  }
  if (info.kind === "convolution" || info.kind === "dense") root.append(equation(info, value, total, bias));
  return root;
}

function equation(info: WindowInfo, value: number, total: number, bias: number): HTMLElement {
  const count = info.kind === "dense" ? (info.inputs ?? 0) : (info.height ?? 0) * (info.width ?? 0) * info.channels.length;
  const line = part("p", "equation",
    span("term", n(total - bias)), span("under", `sum of ${count} products`), ` ${signed(bias)} `, span("under", "bias"), ` = ${n(total)}`);
  if (info.activation) line.append(` → ${info.activation} → `, html("strong", {}, n(value)));
  else line.append(span("under", "the number above"));
  return line;
}

function convolution(info: WindowInfo, numbers: Float32Array, shown: number, pick: (channel: number) => void): Node[] {
  const { height = 1, width = 1, detailed = [], channels, inside = [] } = info;
  const size = height * width;
  const sums = numbers.subarray(4, 4 + channels.length);
  const place = Math.max(detailed.indexOf(shown), 0);
  const start = 4 + channels.length + 2 * size * place;
  const patch = numbers.subarray(start, start + size);
  const kernel = numbers.subarray(start + size, start + 2 * size);
  const products = patch.map((value, k) => value * kernel[k]!);
  const low = Math.min(0, ...patch);
  const [p, k, m] = [bound(patch), bound(kernel), bound(products)];
  const channel = channels[detailed[place]!]!;
  const from = channels.length > 1 ? `, map ${channel}` : "";
  const parts: Node[] = [part("div", "product",
    matrix(patch, height, width, { title: `what it reads${from}`, stops: stopsOf(low), low: low < 0 ? -p : 0, high: p, inside }),
    span("operator", "×"),
    matrix(kernel, height, width, { title: "kernel (weights)", stops: DIVERGING, low: -k, high: k }),
    span("operator", "="),
    matrix(products, height, width, { title: "products", stops: DIVERGING, low: -m, high: m }),
    span("operator", `Σ ${n(sums[detailed[place]!] ?? NaN)}`))];
  if (channels.length > 1) {
    const buttons = detailed.map((at) => {
      const one = focusable(html("button", {
        type: "button", class: "mxw-button mxw-channel", "aria-pressed": String(at === detailed[place]), "data-channel": at,
        "aria-label": `input map ${channels[at]}: the products sum up to ${n(sums[at]!)}`,
      }, span("muted", `${channels[at]}`), ` ${numberText(sums[at]!, 3)}`));
      one.addEventListener("click", () => pick(at));
      return one;
    });
    const left = channels.length - detailed.length;
    parts.push(html("div", { class: "mxw-channels", role: "group", "aria-label": "Sum of each input map" },
      span("muted", "sum of each input map:"), ...buttons, left > 0 ? span("muted", `and ${left} smaller ones`) : ""));
  }
  return parts;
}

function pooling(info: WindowInfo, numbers: Float32Array, total: number): Node[] {
  const { height = 1, width = 1, inside = [], rule, count } = info;
  const patch = numbers.subarray(4, 4 + height * width);
  const seen = Array.from(patch).filter((_, k) => inside[k] !== 0);
  const low = Math.min(0, ...seen.filter(Number.isFinite));
  const most = bound(seen);
  const best = rule === "maximum" ? patch.findIndex((value, k) => inside[k] !== 0 && Math.abs(value - total) <= 1e-6 * Math.abs(total)) : -1;
  const sum = seen.reduce((a, b) => a + b, 0);
  const said = rule === "maximum" ? `The largest of the ${seen.length} numbers is `
    : rule === "mean" ? `The mean: their sum ${n(sum)}, divided by ${count}, is ` : `The ${rule} of the ${seen.length} numbers is `;
  return [part("div", "product", matrix(patch, height, width, { title: `window, map ${info.channels[0]}`, stops: stopsOf(low), low: low < 0 ? -most : 0, high: most, inside, mark: best })),
    part("p", "equation", said, html("strong", {}, n(total)), ".")];
}

function dense(info: WindowInfo, numbers: Float32Array, rest: number): Node[] {
  const names = info.terms ?? [];
  const rows = names.map((name, k) => [name, ...numbers.subarray(4 + 3 * k, 7 + 3 * k)] as [string, number, number, number]);
  const most = Math.max(...rows.map(([, , , product]) => Math.abs(product)).filter(Number.isFinite), 1e-30);
  const body = html("tbody");
  for (const [name, input, weight, product] of rows) {
    const bar = span(product < 0 ? "less" : "more", "");
    bar.style.width = `${44 * Math.min(Math.abs(product) / most, 1)}px`;
    body.append(html("tr", {}, html("td", {}, name), html("td", {}, n(input)), html("td", {}, `× ${n(weight)}`), html("td", {}, `${product < 0 ? "−" : "+"} ${n(Math.abs(product))}`), html("td", { class: "mxw-signed", "aria-hidden": "true" }, bar)));
  }
  const others = (info.inputs ?? 0) - rows.length;
  if (others > 0) body.append(html("tr", {}, html("td", { colspan: 3 }, `the ${others} other inputs`), html("td", {}, signed(rest)), html("td", {})));
  const titles = ["read from", "input", "weight", "product", ""];
  const headings = html("tr", {}, ...titles.slice(0, 4).map((title) => html("th", { scope: "col" }, title)), html("td", {}));
  return [html("table", { class: "mxw-table mxw-inputs" }, html("caption", {}, `The ${rows.length} inputs that count most`), html("thead", {}, headings), body)];
}
