// The generated program: one line for each node, tinted; a line selects its node, and the other way round.
import { focusable, html } from "../shared/dom";

const TOKENS = /(#.*$)|('[^']*')|\b(def|return|del|None|True|False)\b|([A-Za-z_]\w*)(?=\()|([A-Za-z_]\w*)(?==)|(?<![\w.])(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/g;
const CLASSES = ["comment", "text", "word", "call", "option", "number"];

/** Return a line of Python as pieces with the class of each, "" for none. */
export function tokens(line: string): [text: string, kind: string][] {
  const found: [string, string][] = [];
  let end = 0;
  for (const match of line.matchAll(TOKENS)) {
    if (match.index > end) found.push([line.slice(end, match.index), ""]);
    found.push([match[0], CLASSES[match.slice(1).findIndex((group) => group !== undefined)] ?? ""]);
    end = match.index + match[0].length;
  }
  if (end < line.length) found.push([line.slice(end), ""]);
  return found;
}

export class Program {
  readonly root = html("div", { class: "mxw-program", role: "group", "aria-label": "The generated program" });
  private lines: HTMLElement[] = [];

  constructor(private readonly select: (line: number) => void) {
    this.root.addEventListener("click", (event) => {
      const line = this.at(event.target);
      if (line > 0) this.select(line);
    });
    this.root.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step === 0) return;
      event.preventDefault();
      event.stopPropagation();
      for (let k = this.at(event.target) - 1 + step; k >= 0 && k < this.lines.length; k += step) {
        if (this.lines[k]!.tagName !== "BUTTON") continue;
        this.lines[k]!.focus({ preventScroll: true });
        this.select(k + 1);
        return;
      }
    });
  }

  /** Show a program; `computes` tells whether a line computes a node. */
  show(source: string, computes: (line: number) => boolean): void {
    this.lines = source.trimEnd().split("\n").map((text, k) => {
      const pieces = tokens(text).map(([piece, kind]) => (kind ? html("span", { class: `mxw-t-${kind}` }, piece) : piece));
      const number = html("span", { class: "mxw-line-number", "aria-hidden": "true" }, String(k + 1));
      const code = html("code", {}, ...pieces);
      if (!computes(k + 1)) return html("div", { class: "mxw-line" }, number, code);
      return focusable(html("button", { type: "button", class: "mxw-line", "aria-pressed": "false", tabindex: -1 }, number, code));
    });
    this.root.replaceChildren(...this.lines);
    this.mark(0, []);
  }

  /** Highlight the line of the selected node, and those of its chain. */
  mark(line: number, near: readonly number[]): void {
    const first = this.lines.find((each) => each.tagName === "BUTTON");
    this.lines.forEach((each, k) => {
      each.classList.toggle("mxw-near", near.includes(k + 1) && k + 1 !== line);
      if (each.tagName !== "BUTTON") return;
      each.setAttribute("aria-pressed", String(k + 1 === line));
      each.setAttribute("tabindex", (line > 0 ? k + 1 === line : each === first) ? "0" : "-1");
    });
    const chosen = this.lines[line - 1];
    if (!chosen || chosen.offsetHeight === 0) return;
    const top = chosen.offsetTop - this.root.offsetTop;
    if (top < this.root.scrollTop || top + chosen.offsetHeight > this.root.scrollTop + this.root.clientHeight) {
      this.root.scrollTop = top - this.root.clientHeight / 2;
    }
  }

  private at(target: EventTarget | null): number {
    const line = target instanceof Element ? target.closest<HTMLElement>("button.mxw-line") : null;
    return line ? this.lines.indexOf(line) + 1 : 0;
  }
}
