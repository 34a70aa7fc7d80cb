// A card at the mouse: what an item is, without a click.
import { html } from "../shared/dom";
import type { Size } from "../shared/viewport";

const WAIT = 220; // milliseconds that the mouse rests before the first card appears
const GAP = 12;

export class Hover {
  readonly card = html("div", { class: "mxw-hover", "aria-hidden": "true" });
  key = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `fill` returns what the card of an item shows, nothing where that is not known yet. */
  constructor(private readonly fill: (key: string) => HTMLElement[] | undefined) {
    this.card.hidden = true;
  }

  /** The mouse is on an item, which stands at `box` in a window of size `room`; "" for none. */
  on(key: string, box: () => DOMRect | { x: number; y: number; width: number; height: number }, room: Size): void {
    if (key === this.key) return;
    clearTimeout(this.timer);
    this.key = key;
    if (!key) {
      this.card.hidden = true;
      return;
    }
    this.timer = setTimeout(() => this.show(box(), room), this.card.hidden ? WAIT : 60);
  }

  hide(): void {
    this.on("", () => ({ x: 0, y: 0, width: 0, height: 0 }), { width: 0, height: 0 });
  }

  private show(box: { x: number; y: number; width: number; height: number }, room: Size): void {
    const content = this.fill(this.key);
    if (!content) return;
    this.card.replaceChildren(...content);
    this.card.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const right = box.x + box.width + GAP;
    const left = right + width <= room.width ? right : box.x - GAP - width;
    this.card.style.left = `${left >= 0 ? left : Math.max(0, Math.min(room.width - width, box.x))}px`;
    const below = left < 0; // no room beside it
    const top = below ? box.y + box.height + GAP : box.y;
    this.card.style.top = `${Math.max(4, Math.min(room.height - height - 4, top))}px`;
  }
}
