// Which step comes behind the Block of another; mirrors widget.py.
import type { Step } from "./model";

/** Return the first position behind the run of steps inside the Block of a position; the last one at most. */
export function behind(steps: readonly Step[], position: number): number {
  const block = steps[position]?.block ?? "";
  let next = position;
  while (next < steps.length - 1) {
    next += 1;
    const other = steps[next]!.block;
    if (other !== block && !other.startsWith(`${block}/`)) break;
  }
  return next;
}

/** Return the step in which an item of the map is differentiated, or else its gradient is complete; -1 for none. */
export function stepOf(steps: readonly Step[], item: number): number {
  const node = steps.findIndex((step) => step.item === item && step.kind === "node");
  return node >= 0 ? node : steps.findIndex((step) => step.item === item);
}

/** Return the innermost Block of a path. */
export function innermost(block: string): string {
  return block.split("/").at(-1) ?? "";
}
