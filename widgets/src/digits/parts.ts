// Small helpers of the pad's parts.
import { focusable, html } from "../shared/dom";

/** Return an element of one of the pad's classes: its name stands without the "mxw-". */
export function part<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  return html(tag, { class: `mxw-${name}` }, ...children);
}

export const ARROWS: Record<string, [across: number, down: number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Let an element take focus and keys; a key that `act` makes no use of, and says so with false, goes on to the notebook. */
export function keyed(element: HTMLElement, act: (key: string, event: KeyboardEvent) => boolean | void, on: { signal: AbortSignal }): void {
  focusable(element).tabIndex = 0;
  element.addEventListener("keydown", (event) => {
    if (event.altKey || act(event.key, event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  }, on);
}
