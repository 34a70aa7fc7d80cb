// A step in full: for each input upstream x Jacobian = contribution, the sum of a broadcast, the sum of several uses, the check.
import { html } from "../shared/dom";
import { card, hidden, matrix, sign } from "./matrix";
import { arithmetic, indices, largestEntry, type Shelf } from "./shelf";
import type { Check, Part, Step } from "./model";

export type Worked = { count: number; select(entry: number): void };

/** Return what is shown of a step, and the contributions whose entries can be worked out one by one. */
export function draw(step: Step, shelf: Shelf, veiled: boolean): { elements: HTMLElement[]; worked: Worked[] } {
  const worked: Worked[] = [];
  if (step.kind !== "node") return { elements: ending(step, shelf, veiled), worked };
  const twice = (part: Part) => step.parts.some((other) => other !== part && other.to === part.to);
  const elements = step.parts.map((part) => {
    const box = html("section", { class: "mxs-part" }, html("div", { class: "mxs-to" }, "to ", html("b", {}, part.to), twice(part) ? ` as ${part.arg}` : ""));
    if (part.slope) box.append(html("div", { class: "mxs-formula" }, html("code", {}, part.slope)));
    if (part.formula) {
      box.append(html("div", { class: "mxs-formula mxs-quiet" }, html("code", {}, `contribution = ${part.formula}`), html("span", {}, "g: upstream")));
    }
    const { row, work } = equation(step, part, shelf, veiled);
    box.append(row);
    if (veiled) return box;
    if (work) {
      box.append(work.line);
      worked.push(work);
    }
    if (part.before >= 0) {
      box.append(html("p", {}, "The broadcast is undone: ", html("code", {}, part.axes)),
        line(matrix("before the sum", shelf.get(part.before)!), sign("→ Σ →"), matrix("contribution", shelf.get(part.value)!)));
    }
    if (part.old >= 0) {
      box.append(html("p", {}, html("code", {}, part.to), " is used more than once: its contributions add up."),
        line(matrix("already there", shelf.get(part.old)!), sign("+"), matrix("new", shelf.get(part.value)!), sign("="), matrix("accumulated", shelf.get(part.sum)!)));
    }
    if (part.check) box.append(checked(part.check));
    return box;
  });
  if (step.note) elements.push(html("p", { class: "mxs-quiet" }, step.note));
  return { elements, worked };
}

function line(...pieces: HTMLElement[]): HTMLElement {
  return html("div", { class: "mxs-line" }, ...pieces);
}

function equation(step: Step, part: Part, shelf: Shelf, veiled: boolean): { row: HTMLElement; work?: Worked & { line: HTMLElement } } {
  const upstream = step.up.map((number) => shelf.get(number)!);
  const name = "contribution";
  const value = shelf.get(part.value)!;
  const result = veiled ? hidden(name) : matrix(name, value);
  const dense = shelf.get(part.dense);
  if (dense?.cells && upstream.every((grid) => grid.cells) && value.cells) {
    const outputs = upstream.flatMap((grid, k) => indices(grid.shape).map((index) => (upstream.length > 1 ? `${k}:${index}` : index)));
    const inputs = indices(value.shape);
    const column = Float32Array.from(upstream.flatMap((grid) => Array.from(grid.cells!)));
    const largest = Math.max(...upstream.map((grid) => grid.largest));
    const flat = { shape: [column.length, 1], rows: column.length, columns: 1, cells: column, tile: undefined, largest, lines: [] };
    const shape = upstream.length > 1 ? [column.length] : upstream[0]!.shape;
    const jacobian = matrix("local Jacobian", dense, { rows: outputs, columns: inputs });
    const row = line(matrix("upstream", flat, { rows: outputs, shape }), sign("×"), jacobian, sign("="), result);
    if (veiled) return { row };
    const said = html("div", { class: "mxs-work", "aria-live": "off" });
    const targets = [...result.querySelectorAll<HTMLElement>("td")];
    const select = (entry: number) => {
      jacobian.querySelectorAll<HTMLElement>("td[data-column]").forEach((cell) => cell.classList.toggle("mxs-chosen", cell.dataset["column"] === String(entry)));
      targets.forEach((cell, k) => cell.classList.toggle("mxs-chosen", k === entry));
      said.replaceChildren(html("b", {}, inputs[entry] ?? ""), ` = ${arithmetic(column, dense.cells!, inputs.length, entry, value.cells![entry] ?? NaN)}`);
    };
    targets.forEach((cell, k) => cell.addEventListener("click", () => select(k)));
    if (inputs.length > 0) select(largestEntry(value.cells));
    return { row, work: { line: said, count: inputs.length, select } };
  }
  const shown = upstream.slice(0, 2).map((grid, k) => matrix(upstream.length > 1 ? `upstream ${k}` : "upstream", grid));
  const each = shelf.get(part.each);
  if (each) {
    const after = part.before >= 0 ? (veiled ? hidden("before the sum") : matrix("before the sum", shelf.get(part.before)!)) : result;
    return { row: line(...shown, sign("⊙"), matrix("local derivative", each), sign("="), after) };
  }
  return { row: line(...shown, sign("×"), card(part.size, part.structure, part.formula), sign("="), result) };
}

function ending(step: Step, shelf: Shelf, veiled: boolean): HTMLElement[] {
  const gradient = shelf.get(step.up[0]!)!;
  const name = step.kind === "start" ? "head gradient" : `gradient of ${step.name}`;
  const elements = [line(veiled ? hidden(name) : matrix(name, gradient))];
  if (step.kind === "end") elements.push(html("p", {}, arrival(step)));
  if (step.held >= 0) {
    elements.push(line(matrix("already in .grad", shelf.get(step.held)!), sign("+"), matrix("gradient", gradient), sign("="),
      matrix(".grad after backward()", shelf.get(step.sum)!)));
  }
  if (step.check && !veiled) elements.push(checked(step.check, true));
  if (step.note && !veiled) elements.push(html("p", { class: "mxs-quiet" }, step.note));
  return elements;
}

/** Return what becomes of a complete gradient. */
export function arrival(step: Step): string {
  if (step.sources === 0) return "";
  const more = step.from.length < step.sources && step.from.length >= 8 ? ", …" : "";
  const text = step.sources === 1
    ? `One contribution, from step ${step.from[0]}`
    : `The sum of ${step.sources} contributions, from step${step.from.length > 1 ? "s" : ""} ${step.from.join(", ")}${more}`;
  const then = { write: `; backward() writes it into ${step.name}.grad.`, add: `; backward() adds it to ${step.name}.grad.`, "": "." };
  return text + then[step.req];
}

function checked([verdict, text, rows]: Check, full = false): HTMLElement {
  const box = html("div", { class: `mxs-check mxs-${verdict}` }, html("div", {}, text));
  if (rows.length === 0 || (!full && verdict === "agrees")) return box;
  const table = html("table", { class: "mxw-table" }, html("tr", {}, ...["entry", "gradient", "central difference", ""].map((head) => html("th", { scope: "col" }, head))));
  for (const [place, gradient, numeric, agrees] of rows) {
    table.append(html("tr", {}, html("td", {}, place), html("td", {}, gradient), html("td", {}, numeric), html("td", {}, agrees ? "✓" : verdict === "kink" ? "≈" : "✗")));
  }
  box.append(table);
  return box;
}

/** Return what happens in a step, in a few words. */
export function heading(step: Step): string {
  if (step.kind === "start") return `start at ${step.name}`;
  if (step.kind === "end") return `the gradient of ${step.name} is complete`;
  return `back through ${step.name} = ${step.forward}`;
}

