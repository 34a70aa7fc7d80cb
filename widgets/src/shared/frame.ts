// Drawing once a frame, however often it is asked for; and the parts that every widget has.
import type { AnyModel } from "@anywidget/types";
import { html } from "./dom";
import { greet } from "./kernel";

/** Return a function that asks for `draw` before the next frame; many calls make one drawing. */
export function onFrame(draw: () => void): { (): void; cancel(): void } {
  let wanted = 0;
  const ask = () => {
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      draw();
    });
  };
  ask.cancel = () => {
    cancelAnimationFrame(wanted);
    wanted = 0;
  };
  return ask;
}

export type Notices = { notice: string };

export class Frame {
  readonly root: HTMLDivElement;
  readonly bar: HTMLDivElement;
  readonly body: HTMLDivElement;
  readonly foot: HTMLDivElement;
  readonly status: HTMLSpanElement;
  private readonly closed = new AbortController();
  private readonly cleanups: (() => void)[] = [];

  /** Put the frame of a widget into `el`: a title bar, a body, and a foot with a status line that is read aloud. */
  constructor(
    private readonly model: Pick<AnyModel<Notices>, "get" | "on" | "off" | "send">,
    el: HTMLElement,
    name: string,
    title: string,
    summary: string,
  ) {
    this.status = html("span", { class: "mxw-status", role: "status" });
    this.bar = html("div", { class: "mxw-bar", role: "toolbar", "aria-label": name }, html("div", { class: "mxw-title", title: summary }, title));
    this.body = html("div", { class: "mxw-body" });
    this.foot = html("div", { class: "mxw-foot" }, this.status);
    this.root = html("div", { class: `mxw mxw-${name}`, role: "group", "aria-label": summary }, this.bar, this.body, this.foot);
    el.append(this.root);
    this.on("notice", () => this.say(model.get("notice")));
    this.say(model.get("notice"));
    const hellos = greet(model);
    this.onClose(() => hellos.forEach(clearTimeout));
  }

  /** For addEventListener: the listener ends with the widget. */
  get signal(): { signal: AbortSignal } {
    return { signal: this.closed.signal };
  }

  /** Call `act` whenever the kernel, or another view, changes a trait. */
  on(trait: string, act: () => void): void {
    const model = this.model as unknown as { on(name: string, act: () => void): void; off(name: string, act: () => void): void };
    model.on(`change:${trait}`, act);
    this.onClose(() => model.off(`change:${trait}`, act));
  }

  onClose(act: () => void): void {
    this.cleanups.push(act);
  }

  /** Show a sentence below the widget; a screen reader reads it. */
  say(text: string): void {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /** Mark the widget as drawn, after the browser has painted it: tests wait for data-ready. */
  ready(): void {
    requestAnimationFrame(() => requestAnimationFrame(() => this.root.setAttribute("data-ready", "1")));
  }

  /** Undo everything; return it from `render`. */
  close(): void {
    this.closed.abort();
    for (const act of this.cleanups.splice(0)) act();
  }
}
