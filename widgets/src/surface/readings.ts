// The numbers below the panels, and what they mean in words.
import { html } from "../shared/dom";
import { numberText } from "../shared/numbers";
import { FACTORS, type State } from "./state";

/** Return a loss with four digits, a large one without an exponent. */
export const lossText = (loss: number, digits = 4): string => (loss < 1e7 ? numberText(Number(loss.toPrecision(digits)), 7) : numberText(loss, digits));
const rounded = (value: number): string => lossText(value, 3);

/** Return what to say before a step is taken that is too long, or "". */
export function warning(lr: number, critical: number, optimizer: string): string {
  if (!(lr > critical)) return "";
  return `lr ${numberText(lr, 3)} is above ${FACTORS[optimizer]}/curvature = ${numberText(critical, 3)}: a step is longer than the valley is wide, and the next one longer still.`;
}

export function makeReadings({ info }: State) {
  const names = ["step", "loss", info.a, info.b, `∂loss/∂${info.a}`, `∂loss/∂${info.b}`, "curvature", "lr bound"];
  const values = names.map(() => html("dd"));
  const words = html("p", { class: "mxw-verdict", role: "status" });
  const list = html("dl", { class: "mxw-readings" }, ...names.map((name, k) => html("div", {}, html("dt", { title: name }, name), values[k]!)));
  return {
    element: html("div", {}, list, words),
    show(state: State, verdict: string, before: string): void {
      const { loss, gradient, curvatures: [low, high], step } = state.numbers();
      const critical = state.critical();
      const wide = high > 1.05 * Math.abs(low);
      const texts = [
        String(step), lossText(loss), ...state.at.map((value) => numberText(value)), ...gradient.map((value) => numberText(value, 3)),
        wide ? `${numberText(low, 2)} to ${rounded(high)}` : rounded(high), Number.isFinite(critical) ? numberText(critical, 3) : "none",
      ];
      texts.forEach((text, k) => (values[k]!.textContent = text));
      const said = state.trail.length > 1 && verdict ? verdict : before;
      if (words.textContent !== said) words.textContent = said;
    },
  };
}
