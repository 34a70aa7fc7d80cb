// A round brush with a soft edge, on an array: the same ink whatever browser draws it.
export type Place = { x: number; y: number };

/** Ink a line from one place to another, both in pixels; overlapping strokes do not get darker than full ink. */
export function stroke(ink: Uint8Array, size: number, from: Place, to: Place, radius: number): void {
  const reach = radius + 1;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const clamp = (value: number) => Math.min(Math.max(value, 0), size);
  const [left, right] = [clamp(Math.floor(Math.min(from.x, to.x) - reach)), clamp(Math.ceil(Math.max(from.x, to.x) + reach))];
  const [top, bottom] = [clamp(Math.floor(Math.min(from.y, to.y) - reach)), clamp(Math.ceil(Math.max(from.y, to.y) + reach))];
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y]; // the middle of the pixel
      const share = length > 0 ? Math.min(Math.max((px * dx + py * dy) / length, 0), 1) : 0;
      const distance = Math.hypot(px - share * dx, py - share * dy);
      const cover = Math.min(Math.max(radius + 0.5 - distance, 0), 1);
      const at = y * size + x;
      ink[at] = Math.max(ink[at]!, Math.round(255 * cover));
    }
  }
}
