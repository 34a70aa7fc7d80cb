// The probabilities as bars with numbers; what the network reads, said aloud when the hand rests.
import { html } from "../shared/dom";
import { part } from "./parts";

export const REST = 700; // milliseconds without a change before a screen reader hears the prediction

/** Return a probability in whole percent: "98 %", "<1 %", "NaN". */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "NaN";
  return share > 0 && share < 0.005 ? "<1 %" : `${Math.round(100 * share)} %`;
}

/** Return the number of the likeliest class, the first of equals; -1 where a probability is not finite. */
export function likeliest(chances: ArrayLike<number>): number {
  let best = 0;
  for (let k = 0; k < chances.length; k += 1) {
    if (!Number.isFinite(chances[k]!)) return -1;
    if (chances[k]! > chances[best]!) best = k;
  }
  return chances.length > 0 ? best : -1;
}

/** Return which classes have a bar: all of up to ten, else the ten likeliest. */
export function shown(chances: ArrayLike<number>): number[] {
  const all = Array.from(chances, (_, k) => k);
  if (all.length <= 10) return all;
  const value = (k: number) => (Number.isNaN(chances[k]!) ? -1 : chances[k]!);
  return all.sort((a, b) => value(b) - value(a) || a - b).slice(0, 10);
}

export type Bars = { element: HTMLElement; show(chances: ArrayLike<number>, truth: number): void; stop(): void };

/** Return the bars; `show` takes probabilities, and the number of the true class, -1 where nobody knows it. */
export function makeBars(classes: string[], note: string): Bars {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const headline = part("p", "reads");
  const list = html("ul", { class: "mxw-chances", "aria-label": "Probability of each class" });
  const live = html("p", { class: "mxw-hidden", role: "status" });
  const element = part("section", "answer", headline, list, part("p", "caption", note), live);
  element.setAttribute("aria-label", "What the network reads");
  const hidden = (element: HTMLElement): HTMLElement => {
    element.setAttribute("aria-hidden", "true");
    return element;
  };
  return {
    element,
    show(chances, truth) {
      const best = likeliest(chances);
      const name = (k: number) => classes[k] ?? String(k);
      const right = best === truth;
      headline.replaceChildren("Reads ", html("strong", {}, best < 0 ? "NaN" : name(best)), best < 0 ? "" : ` with ${percent(chances[best]!)}`,
        part("span", right ? "right" : "wrong", truth < 0 ? "" : ` ${right ? "✓" : "✗"} it is a ${name(truth)}`));
      list.replaceChildren(...shown(chances).map((k) => {
        const fill = part("span", "fill");
        fill.style.width = `${100 * Math.min(Math.max(chances[k]! || 0, 0), 1)}%`;
        const label = part("span", "class", name(k));
        label.title = name(k);
        return html("li", { class: k === best ? "mxw-best" : "", "data-class": k },
          hidden(part("span", "sign", k === best ? "▶" : "")), label, hidden(part("span", "track", fill)), part("span", "share", percent(chances[k]!)),
          hidden(part("span", "truth", k === truth ? "◯" : "")),
          part("span", "hidden", [k === best ? "prediction" : "", k === truth ? "true class" : ""].filter(Boolean).join(", ")));
      }));
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (live.textContent !== headline.textContent) live.textContent = headline.textContent;
      }, REST);
    },
    stop: () => clearTimeout(timer),
  };
}
