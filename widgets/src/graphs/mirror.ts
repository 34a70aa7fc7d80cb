// What a canvas shows, as elements that a screen reader reads and the keyboard walks through.
import { focusable, html } from "../shared/dom";
import type { Book, Layout } from "./model";
import type { Stop } from "./walk";

export class Mirror {
  readonly root: HTMLDivElement;
  private readonly elements = new Map<string, HTMLDivElement>();

  constructor(private readonly book: Book) {
    this.root = html("div", { class: "mxw-mirror", role: "tree", "aria-label": book.table.summary });
  }

  show(layout: Layout, places: readonly Stop[]): void {
    this.elements.clear();
    const open = new Set(layout.frames.map(([group]) => `g${group}`));
    for (const { key, x, y } of places) {
      const around = layout.frames.filter(([group, , , left, top, width, height]) =>
        `g${group}` !== key && x >= left && x <= left + width && y >= top && y <= top + height).length;
      const name = open.has(key) ? `open Block: ${this.book.path(Number(key.slice(1)))}` : this.book.item(key)[3];
      const element = focusable(html("div", { role: "treeitem", tabindex: -1, "aria-selected": "false", "aria-level": around + 1 }, name));
      if (key.startsWith("g")) element.setAttribute("aria-expanded", String(open.has(key)));
      element.dataset["key"] = key;
      this.elements.set(key, element);
    }
    this.root.replaceChildren(...this.elements.values());
  }

  element(key: string): HTMLDivElement | undefined {
    return this.elements.get(key);
  }

  /** Return the key of the element that has the focus, "" for none. */
  focused(): string {
    const active = this.root.ownerDocument.activeElement;
    return active instanceof HTMLElement && this.root.contains(active) ? (active.dataset["key"] ?? "") : "";
  }

  select(key: string): void {
    for (const [each, element] of this.elements) element.setAttribute("aria-selected", String(each === key));
  }

  rove(key: string): void {
    for (const [each, element] of this.elements) element.tabIndex = each === key ? 0 : -1;
  }

  /** Put an element where its picture is: a magnifier follows the focus. */
  put(stop: Stop, left: number, top: number, scale: number): void {
    const element = this.elements.get(stop.key);
    if (element) element.style.cssText = `left:${left}px;top:${top}px;width:${stop.width * scale}px;height:${stop.height * scale}px`;
  }
}
