// Predict, then see: what is asked before a result is shown, and what is said about an answer.
import { button, focusable, html } from "../shared/dom";
import { short } from "./shelf";
import type { Question } from "./model";

const TOLERANCE = 0.02; // as in questions.py: two right digits are enough

export function parseNumber(text: string): number {
  const cleaned = text.trim().replace(",", ".").replace("−", "-");
  return cleaned === "" ? NaN : Number(cleaned);
}

export function isRight(question: Question, answer: string): boolean {
  if (question.kind !== "value") return answer === question.answer;
  const right = Number(question.answer);
  return Math.abs(parseNumber(answer) - right) <= TOLERANCE * Math.abs(right) + 1e-9;
}

/** Return a sentence about an answer; `local` and `upstream` are numbers that are easily taken for the result. */
export function feedback(question: Question, answer: string, local: ArrayLike<number>, upstream: ArrayLike<number>): string {
  const truth = question.kind === "value" ? short(Number(question.answer)) : String(question.answer);
  if (isRight(question, answer)) return `✓ Right: ${truth}.`;
  const start = `✗ You said ${answer}; it is ${truth}.`;
  if (question.kind !== "value") return start;
  const given = parseNumber(answer);
  const near = (value: number) => Math.abs(given - value) <= TOLERANCE * Math.abs(value) + 1e-9;
  if (near(-Number(question.answer))) return `${start} Only the sign is wrong.`;
  if (Array.from(local).some((value) => value !== 0 && near(value))) return `${start} That is the local derivative: multiply it by the upstream gradient.`;
  if (Array.from(upstream).some((value) => value !== 0 && near(value))) return `${start} That is the upstream gradient: multiply it by the local derivative.`;
  return start;
}

/** Return the form of a question; `answered` gets the answer, `revealed` is called where the reader gives up. */
export function form(question: Question, answered: (answer: string) => void, revealed: () => void): HTMLElement {
  const box = html("div", { class: "mxs-ask", role: "group", "aria-label": "Predict" }, html("span", {}, question.prompt));
  if (question.kind === "value") {
    const input = focusable(html("input", { class: "mxw-input", type: "text", inputmode: "decimal", "aria-label": question.prompt, placeholder: "a number" }));
    const wrong = html("span", { class: "mxs-bad", role: "alert" });
    const submit = () => {
      if (Number.isNaN(parseNumber(input.value))) wrong.textContent = "Please type a number, such as -0.25.";
      else answered(input.value.trim());
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        submit();
      }
      event.stopPropagation();
    });
    box.append(input, button("Check the prediction", "Check", submit), button("Show the result", "Reveal", revealed), wrong);
  } else {
    for (const option of question.options ?? []) box.append(button(`Predict ${option}`, option, () => answered(option)));
    box.append(button("Show the result", "Reveal", revealed));
  }
  return box;
}
