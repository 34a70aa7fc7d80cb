// The search: what is seen is found here, what is folded away is found by the kernel.
import type { Book, Hits } from "./model";
import type { Stop } from "./walk";

export type Found = { key: string; groups: number[] }; // groups that are around it, where it is not seen

/** Return the items and open Blocks in which a text is, in reading order. */
export function findSeen(book: Book, places: readonly Stop[], text: string): Found[] {
  const words = text.trim().toLowerCase();
  if (!words) return [];
  const matches = ({ key }: Stop) => {
    const [, title, subtitle, aria] = book.item(key);
    const more = key.startsWith("g") ? [book.path(Number(key.slice(1)))] : (book.detail(key)?.rows.map((row) => row[1]) ?? []);
    return [title, subtitle, aria, ...more].some((each) => each.toLowerCase().includes(words));
  };
  return places.filter(matches).map(({ key }) => ({ key, groups: [] }));
}

/** Return what is seen, and then what the kernel found that is not. */
export function merge(seen: readonly Found[], hits: Hits, text: string, places: readonly Stop[]): Found[] {
  if (hits.length === 0 || hits[0] !== text) return [...seen];
  const there = new Set(places.map((place) => place.key));
  return [...seen, ...hits[1].filter(([key]) => !there.has(key)).map(([key, groups]) => ({ key, groups }))];
}

/** Return what the status line says of a search. */
export function verdict(found: readonly Found[]): string {
  const hidden = found.filter((each) => each.groups.length > 0).length;
  const inside = hidden > 0 ? `, ${hidden < found.length ? `${hidden} of them ` : ""}in folded Blocks` : "";
  return `${found.length} found${inside}${found.length > 0 ? "; Enter goes to the next one" : ""}`;
}
