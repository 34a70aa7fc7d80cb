// Finds a line of code in the notebook around a widget, and shows it to the reader.
import type { Line } from "./model";

export type Spot = { line: HTMLElement; exact: boolean };

const trimmed = (element: Element | undefined) => (element?.textContent ?? "").replace(/[\u200b\ufeff]/g, "").trim();

/**
 * Return the line in its cell, or undefined where the page does not show it.
 *
 * A cell is known by its number; one that has run again since has another, and is known by its text. `exact` is false
 * where the cell is there, but its text is another one by now.
 */
export function findLine(near: Element, source: Line): Spot | undefined {
  const notebook = near.closest(".jp-Notebook") ?? near.ownerDocument.querySelector(".jp-Notebook");
  const cells = [...(notebook?.querySelectorAll(".jp-CodeCell") ?? [])].map((cell) => ({
    prompt: Number(/\[(\d+)\]/.exec(cell.querySelector(".jp-InputPrompt")?.textContent ?? "")?.[1] ?? 0),
    lines: [...cell.querySelectorAll<HTMLElement>(".jp-InputArea-editor .cm-line")],
  }));
  const numbered = cells.find((cell) => cell.prompt === source.prompt);
  const ordered = numbered ? [numbered, ...cells.filter((cell) => cell !== numbered)] : cells;
  for (const { lines } of source.text ? ordered : []) {
    const line = lines[source.line - 1];
    if (line && trimmed(line) === source.text) return { line, exact: true };
  }
  const moved = numbered?.lines.find((line) => source.text && trimmed(line) === source.text);
  if (moved) return { line: moved, exact: true };
  const line = numbered?.lines[source.line - 1] ?? numbered?.lines[0];
  return line ? { line, exact: false } : undefined;
}

let last: Animation | undefined;

/** Scroll a line into view and light it up for a while, and no other one. */
export function lightUp(line: HTMLElement): void {
  const still = typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
  line.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  // an animation leaves the editor's own elements as they are: it would undo any change of them
  const lit = { backgroundColor: "rgba(240, 228, 66, 0.42)", boxShadow: "inset 4px 0 0 #d55e00" };
  const dark = { backgroundColor: "rgba(240, 228, 66, 0)", boxShadow: "inset 4px 0 0 rgba(213, 94, 0, 0)" };
  last?.cancel();
  last = line.animate(still ? [lit, lit] : [lit, { ...lit, offset: 0.7 }, dark], { duration: 3500 });
}
