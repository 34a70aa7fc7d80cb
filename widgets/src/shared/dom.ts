// Small helpers to build elements. Text always goes in as textContent: a name can hold anything.
const SVG = "http://www.w3.org/2000/svg";

type Attributes = Record<string, string | number>;

/** Return a new HTML element with attributes, and text or children. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Return a new SVG element with attributes, and text or children. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Keep the notebook's shortcuts away from an element that takes focus: the mark works on that element alone. */
export function focusable<T extends Element>(element: T): T {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

/** Return a button that works with the keyboard and reads well without its picture. */
export function button(label: string, text: string, act: () => void): HTMLButtonElement {
  const element = focusable(html("button", { type: "button", class: "mxw-button", title: label, "aria-label": label }, text));
  element.addEventListener("click", act);
  return element;
}
