// Walking through a layout by keys: from box to box, as the eye would.
import type { Book, Layout } from "./model";

export type Stop = { key: string; x: number; y: number; width: number; height: number };
export type Direction = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

/** Return everything that takes focus, in reading order: items, and the titles of open groups. */
export function stops(book: Book, layout: Layout): Stop[] {
  const all: Stop[] = layout.items.map(([key, x, y]) => ({ key, x, y, width: book.item(key)[4], height: book.table.height }));
  for (const [group, title, titleX, , y] of layout.frames) {
    all.push({ key: `g${group}`, x: titleX, y: y + 4, width: 20 + title.length * 7, height: 18 });
  }
  return all.sort((a, b) => a.y - b.y || a.x - b.x);
}

/** Return the empty room between two intervals, 0 where they overlap. */
function between(a: number, extentA: number, b: number, extentB: number): number {
  return Math.max(0, b - a - extentA, a - b - extentB);
}

/** Return the nearest stop in a direction; one off to the side counts as further away. */
export function step(all: readonly Stop[], from: Stop, direction: Direction): Stop | undefined {
  const vertical = direction === "ArrowUp" || direction === "ArrowDown";
  const sign = direction === "ArrowDown" || direction === "ArrowRight" ? 1 : -1;
  let best: Stop | undefined;
  let least = Infinity;
  for (const stop of all) {
    if (stop.key === from.key) continue;
    const dx = stop.x + stop.width / 2 - from.x - from.width / 2;
    const dy = stop.y + stop.height / 2 - from.y - from.height / 2;
    const ahead = sign * (vertical ? dy : dx);
    const aside = vertical
      ? between(from.x, from.width, stop.x, stop.width) + 0.2 * Math.abs(dx)
      : 3 * between(from.y, from.height, stop.y, stop.height) + 0.5 * Math.abs(dy);
    if (ahead <= 1) continue;
    const distance = ahead + 1.5 * aside;
    if (distance < least) [best, least] = [stop, distance];
  }
  return best;
}
