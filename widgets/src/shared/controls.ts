// Controls with a label, each keeping the notebook's shortcuts away.
import { focusable, html } from "./dom";

/** Return a slider with its label and its value as text; `act` is called while it moves. */
export function slider(
  label: string,
  options: { min: number; max: number; step: number; value: number; text?: (value: number) => string },
  act: (value: number) => void,
): { element: HTMLLabelElement; set(value: number): void } {
  const text = options.text ?? String;
  const input = focusable(html("input", { type: "range", class: "mxw-slider", min: options.min, max: options.max, step: options.step, "aria-label": label }));
  const shown = html("output", { class: "mxw-number" });
  const set = (value: number): void => {
    input.value = String(value);
    shown.textContent = text(Number(input.value));
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.addEventListener("input", () => {
    set(Number(input.value));
    act(Number(input.value));
  });
  set(options.value);
  return { element: html("label", { class: "mxw-control" }, html("span", {}, label), input, shown), set };
}

/** Return a list of choices with its label. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  value: string,
  act: (value: string) => void,
): { element: HTMLLabelElement; set(value: string): void } {
  const select = focusable(html("select", { class: "mxw-select", "aria-label": label }));
  for (const [name, text] of options) select.append(html("option", { value: name }, text));
  select.value = value;
  select.addEventListener("change", () => act(select.value));
  const set = (next: string): void => {
    select.value = next;
  };
  return { element: html("label", { class: "mxw-control" }, html("span", {}, label), select), set };
}

/** Return a button that stays pressed. */
export function toggle(label: string, text: string, pressed: boolean, act: (pressed: boolean) => void): { element: HTMLButtonElement; set(pressed: boolean): void } {
  const element = focusable(html("button", { type: "button", class: "mxw-button", title: label, "aria-label": label, "aria-pressed": String(pressed) }, text));
  const set = (next: boolean): void => element.setAttribute("aria-pressed", String(next));
  element.addEventListener("click", () => {
    const next = element.getAttribute("aria-pressed") !== "true";
    set(next);
    act(next);
  });
  return { element, set };
}

/** Return a checkbox with its label. */
export function checkbox(label: string, checked: boolean, act: (checked: boolean) => void): { element: HTMLLabelElement; set(checked: boolean): void } {
  const input = focusable(html("input", { type: "checkbox" }));
  input.checked = checked;
  input.addEventListener("change", () => act(input.checked));
  const set = (next: boolean): void => {
    input.checked = next;
  };
  return { element: html("label", { class: "mxw-control" }, input, html("span", {}, label)), set };
}
