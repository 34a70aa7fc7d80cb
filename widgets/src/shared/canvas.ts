// A canvas that is sharp on every screen, knows the colors of the notebook's theme, and is redrawn when they change.
import { html } from "./dom";
import { onFrame } from "./frame";

const COLORS = { paper: "--mxw-paper", card: "--mxw-card", ink: "--mxw-ink", muted: "--mxw-muted", line: "--mxw-line", accent: "--mxw-accent", border: "--mxw-border", back: "--mxw-back" };
export type Theme = Record<keyof typeof COLORS, string>;

/** Return the theme's colors as a canvas understands them, as they are where `element` stands. */
export function themeColors(element: Element): Theme {
  const probe = html("span", { style: "display:none" });
  element.append(probe);
  const found = {} as Theme;
  for (const [name, variable] of Object.entries(COLORS)) {
    probe.style.color = `var(${variable})`;
    found[name as keyof Theme] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

export class Canvas {
  readonly element: HTMLCanvasElement;
  readonly redraw: { (): void; cancel(): void };
  width = 0; // CSS pixels
  height = 0;
  private theme: Theme | undefined;
  private readonly observers: { disconnect(): void }[] = [];

  /**
   * `draw` gets a context whose unit is a CSS pixel, cleared, with this.width and this.height set. The canvas fills the
   * width of its parent; `height` gives its height for a width. What it shows has to be said elsewhere, too: the canvas
   * itself is hidden from screen readers unless `label` names it as an image.
   */
  constructor(
    private readonly draw: (context: CanvasRenderingContext2D, theme: Theme) => void,
    private readonly heightOf: (width: number) => number,
    label = "",
  ) {
    this.element = html("canvas", label ? { class: "mxw-pixels", role: "img", "aria-label": label } : { class: "mxw-pixels", "aria-hidden": "true" });
    this.redraw = onFrame(() => this.paint());
  }

  /** Begin to follow size and theme; call it when the element stands in the page. */
  start(): void {
    const retheme = () => {
      this.theme = undefined;
      this.redraw();
    };
    if (typeof ResizeObserver !== "undefined" && this.element.parentElement) {
      const sizes = new ResizeObserver(() => this.redraw());
      sizes.observe(this.element.parentElement);
      this.observers.push(sizes);
    }
    const themes = new MutationObserver(retheme);
    for (const place of [document.body, document.documentElement]) {
      themes.observe(place, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class", "style"] });
    }
    this.observers.push(themes);
    this.redraw();
  }

  stop(): void {
    this.redraw.cancel();
    for (const observer of this.observers.splice(0)) observer.disconnect();
  }

  /** Return where a pointer is, in the units that `draw` uses. */
  point(event: { clientX: number; clientY: number }): { x: number; y: number } {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private paint(): void {
    const context = this.element.getContext("2d");
    const parent = this.element.parentElement;
    if (!context || !parent) return;
    this.width = parent.clientWidth || 480;
    this.height = this.heightOf(this.width);
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.element.width !== w || this.element.height !== h) {
      this.element.width = w;
      this.element.height = h;
      this.element.style.height = `${this.height}px`;
    }
    this.theme ??= themeColors(this.element.parentElement ?? this.element);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.draw(context, this.theme);
  }
}
