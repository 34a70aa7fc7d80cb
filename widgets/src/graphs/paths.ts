// Reads a line's path, as Python wrote it: M, V and C with absolute numbers.
export type Ending = { x0: number; y0: number; x: number; y: number; dx: number; dy: number };

/** Return where a path starts, where it ends, and its direction there as a unit vector. */
export function ending(path: string): Ending {
  let [x, y, fromX, fromY, x0, y0] = [0, 0, 0, 0, 0, 0];
  for (const [, command, text] of path.matchAll(/([MVC])([^MVC]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (text ?? "").match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
    if (command === "M") [x, y, x0, y0] = [a, b, a, b];
    else if (command === "V") [fromX, fromY, y] = [x, y, a];
    else [fromX, fromY, x, y] = [c, d, e, f];
  }
  const length = Math.hypot(x - fromX, y - fromY) || 1;
  return { x0, y0, x, y, dx: (x - fromX) / length, dy: (y - fromY) / length };
}
