// Pan and zoom, as pure functions: a point p of the drawing is seen at (p.x * scale + x, p.y * scale + y).
export type View = { x: number; y: number; scale: number };
export type Size = { width: number; height: number };

export const SMALLEST = 0.15;
export const LARGEST = 3;
export const READABLE = 0.8; // text below this scale is too small to read

/** Return the first view: all of it where that is readable or asked for, otherwise its top, centered. */
export function fit(drawing: Size, window: Size, all = false): View {
  const whole = Math.min(1, window.width / drawing.width, window.height / drawing.height);
  const scale = all ? Math.max(SMALLEST, whole) : Math.max(whole, Math.min(READABLE, Math.max(SMALLEST, window.width / drawing.width)));
  const y = drawing.height * scale <= window.height ? (window.height - drawing.height * scale) / 2 : 0;
  return { x: (window.width - drawing.width * scale) / 2, y, scale };
}

/** Return the view zoomed by a factor about a point of the window, which stays where it is. */
export function zoom(view: View, factor: number, about: { x: number; y: number }): View {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor));
  const ratio = scale / view.scale;
  return { x: about.x - (about.x - view.x) * ratio, y: about.y - (about.y - view.y) * ratio, scale };
}

/** Return the view moved just so far that a box of the drawing is seen, with a margin. */
export function reveal(view: View, box: { x: number; y: number } & Size, window: Size, margin = 16): View {
  const shift = (start: number, extent: number, room: number): number => {
    if (start < margin) return margin - start;
    if (start + extent > room - margin) return Math.max(room - margin - start - extent, margin - start);
    return 0;
  };
  const x = view.x + shift(box.x * view.scale + view.x, box.width * view.scale, window.width);
  const y = view.y + shift(box.y * view.scale + view.y, box.height * view.scale, window.height);
  return { x, y, scale: view.scale };
}
