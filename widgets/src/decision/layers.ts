// What stays between two frames: the field with its borders and axes, and one small picture of each class's sign.
import type { Theme } from "../shared/canvas";
import { sign, type Sign } from "../shared/chart";
import { backdrop, pixels, type Box, type Look } from "./paint";
import type { Field, Setup } from "./model";

type Sprite = { image: HTMLCanvasElement; half: number };

/** Return a canvas of so many CSS pixels, sharp on the screen, and its context, whose unit is a CSS pixel. */
function sheet(width: number, height: number, ratio: number): [HTMLCanvasElement, CanvasRenderingContext2D | null] {
  const image = document.createElement("canvas");
  image.width = Math.ceil(width * ratio);
  image.height = Math.ceil(height * ratio);
  const context = image.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return [image, context];
}

export class Layers {
  private raster: { field: Field; paper: string; image: HTMLCanvasElement } | undefined;
  private back: { key: string; field: Field; image: HTMLCanvasElement } | undefined;
  private signs: { key: string; sprites: Sprite[] } | undefined;

  constructor(private readonly setup: Setup) {}

  /** Return the field with borders and axes as a picture; it is drawn again only where one of them has changed. */
  behind(theme: Theme, look: Look, box: Box, width: number, height: number, ratio: number): HTMLCanvasElement {
    const key = [look.threshold, look.chosen, width, height, ratio, ...Object.values(theme)].join();
    if (this.back?.key !== key || this.back.field !== look.field) {
      const [image, context] = sheet(width, height, ratio);
      if (context) backdrop(context, theme, look, box, this.colors(look.field, theme.paper));
      this.back = { key, field: look.field, image };
    }
    return this.back.image;
  }

  /** Return the sign of each class, with room around it. */
  sprites(theme: Theme, size: number, ratio: number): Sprite[] {
    const key = [theme.paper, size, ratio].join();
    if (this.signs?.key !== key) {
      const half = Math.ceil(1.3 * size + 1);
      const sprites = this.setup.signs.map((name, k) => {
        const [image, context] = sheet(2 * half, 2 * half, ratio);
        const path = context && new Path2D(sign(name as Sign, size));
        if (path) {
          context.translate(half, half);
          context.fillStyle = this.setup.colors[k] ?? theme.ink;
          context.strokeStyle = theme.paper;
          context.fill(path);
          context.stroke(path);
        }
        return { image, half };
      });
      this.signs = { key, sprites };
    }
    return this.signs.sprites;
  }

  private colors(field: Field, paper: string): HTMLCanvasElement {
    if (this.raster?.field !== field || this.raster.paper !== paper) {
      const image = document.createElement("canvas");
      image.width = image.height = field.side;
      image.getContext("2d")?.putImageData(pixels(field, this.setup.colors, paper), 0, 0);
      this.raster = { field, paper, image };
    }
    return this.raster.image;
  }
}
