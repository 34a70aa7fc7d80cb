// Where a field on a grid crosses a level: marching squares, as decision/contour.py.
type Side = 0 | 1 | 2 | 3; // top, right, bottom, left
const CASES: Record<number, [Side, Side][]> = {
  1: [[3, 0]], 2: [[0, 1]], 3: [[3, 1]], 4: [[1, 2]], 5: [[3, 0], [1, 2]], 6: [[0, 2]], 7: [[3, 2]],
  8: [[2, 3]], 9: [[2, 0]], 10: [[0, 1], [2, 3]], 11: [[2, 1]], 12: [[1, 3]], 13: [[1, 0]], 14: [[0, 3]],
};

/** Call `draw(x1, y1, x2, y2)`, in units of the grid, for each segment of the line where the field is `level`. */
export function contour(field: ArrayLike<number>, side: number, level: number, draw: (x1: number, y1: number, x2: number, y2: number) => void): void {
  for (let y = 0; y + 1 < side; y += 1) {
    for (let x = 0; x + 1 < side; x += 1) {
      const k = y * side + x;
      const [a, b, c, d] = [field[k]!, field[k + 1]!, field[k + side + 1]!, field[k + side]!];
      if (!Number.isFinite(a + b + c + d)) continue;
      const pattern = Number(a >= level) + 2 * Number(b >= level) + 4 * Number(c >= level) + 8 * Number(d >= level);
      const pairs = CASES[pattern];
      if (!pairs) continue;
      const crossing = (at: Side): [number, number] => {
        if (at === 0) return [x + (level - a) / (b - a), y];
        if (at === 1) return [x + 1, y + (level - b) / (c - b)];
        if (at === 2) return [x + (level - d) / (c - d), y + 1];
        return [x, y + (level - a) / (d - a)];
      };
      for (const [first, second] of pairs) draw(...crossing(first), ...crossing(second));
    }
  }
}
