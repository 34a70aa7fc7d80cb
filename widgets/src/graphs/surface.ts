// What a drawing of a layout can do, be it made of elements or of pixels.
import type { Size, View } from "../shared/viewport";
import type { Layout } from "./model";
import type { Stop } from "./walk";

export interface Surface {
  readonly root: HTMLElement | SVGSVGElement;
  /** Show a layout; `places` are its items and the titles of its open Blocks. */
  show(layout: Layout, places: readonly Stop[]): void;
  look(view: View): void;
  resize(room: Size): void;
  has(key: string): boolean;
  focus(key: string): void;
  /** Return the key of what an event is about, "" for none. */
  keyAt(event: Event): string;
  /** Mark one item as selected, and the lines that touch it. */
  select(key: string): void;
  /** Let one element be reached by Tab, the others by arrow keys. */
  rove(key: string): void;
  /** Mark what a search found. */
  mark(found: ReadonlySet<string>): void;
  /** Mark what the mouse is on. */
  hover(key: string): void;
  close(): void;
}

/** Return the key of the element that an event came from. */
export function keyOf(target: EventTarget | null): string {
  const element = target instanceof Element ? target.closest<HTMLElement | SVGElement>("[data-key]") : null;
  return element?.dataset["key"] ?? "";
}

export const GRAPHS = { count: 0 }; // makes ids unique in a page with several widgets
