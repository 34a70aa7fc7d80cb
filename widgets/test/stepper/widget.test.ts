// The stepper in a page: mouse and keys, what is shown and what is hidden, what the kernel hears.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import widget from "../../src/stepper/index";
import { EVIL, FakeModel, props } from "./fake";

let model: FakeModel;
let el: HTMLElement;
let close: () => void;

beforeEach(() => {
  model = new FakeModel();
  el = document.createElement("div");
  document.body.append(el);
  close = widget.render(props(model, el));
});

afterEach(() => {
  close();
  el.remove();
});

const panel = () => el.querySelector<HTMLElement>(".mxs-panel")!;
const heading = () => el.querySelector(".mxs-heading")!.textContent;
const label = (name: RegExp) => [...el.querySelectorAll<HTMLButtonElement>("button")].find((b) => name.test(b.getAttribute("aria-label") ?? ""))!;

function press(key: string, target: Element = panel()): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
}

describe("stepping", () => {
  it("begins at the start", () => {
    expect(heading()).toBe("Step 1 of 5start at loss");
    expect(label(/Previous/).disabled).toBe(true);
    expect(el.querySelector("[role=status]")!.textContent).toBe("Step 1 of 5: start at loss");
  });

  it("goes by keys, and keeps them", () => {
    expect(press("ArrowRight").defaultPrevented).toBe(true);
    expect([model.state.position, model.saves]).toEqual([1, 1]);
    press("End");
    expect(model.state.position).toBe(4);
    press("ArrowRight");
    expect([model.state.position, model.saves]).toEqual([4, 2]);
    press("ArrowLeft");
    expect(model.state.position).toBe(3);
    press("PageUp");
    expect(model.state.position).toBe(0);
    expect(press("x").defaultPrevented).toBe(false);
  });

  it("goes by buttons, by the slider, by the list and by the map", () => {
    label(/Next/).click();
    expect(model.state.position).toBe(1);
    label(/Last/).click();
    expect(label(/Next/).disabled).toBe(true);
    const track = el.querySelector<HTMLInputElement>("[type=range]")!;
    track.value = "3";
    track.dispatchEvent(new Event("input"));
    expect(heading()).toContain("back through p = w * x");
    const list = el.querySelector("select")!;
    list.value = "3";
    list.dispatchEvent(new Event("change"));
    expect(model.state.position).toBe(3);
    el.querySelectorAll(".mxs-item")[1]!.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(model.state.position).toBe(2);
  });

  it("skips a Block by its button and by S", () => {
    expect(label(/Skip/).hidden).toBe(true);
    press("ArrowRight");
    expect(label(/Skip/).textContent).toBe("Skip loss");
    press("s");
    expect(model.state.position).toBe(2);
    label(/Skip/).click();
    expect(model.state.position).toBe(4);
  });

  it("follows the kernel", () => {
    model.set("position", 2);
    expect(heading()).toContain("back through p");
    expect(model.saves).toBe(0);
  });
});

describe("a step", () => {
  it("shows upstream x Jacobian = contribution with its check", () => {
    model.set("position", 2);
    expect([...el.querySelectorAll(".mxs-name")].map((e) => e.textContent)).toEqual(["upstream", "local Jacobian", "contribution"]);
    const result = el.querySelector('table[aria-label="contribution, shape (2,)"]')!;
    expect([...result.querySelectorAll("td")].map((e) => e.textContent)).toEqual(["10", "-20"]);
    expect(el.querySelector(".mxs-check")!.textContent).toContain("✓ finite differences agree");
    expect(panel().textContent).toContain("∂(w * x)/∂w = x");
  });

  it("works out one entry after the other by keys and by a click", () => {
    model.set("position", 2);
    const work = () => el.querySelector(".mxs-work")!.textContent;
    expect(work()).toBe("[1] = 1 · (-20) = -20");
    press("ArrowDown");
    expect(work()).toBe("[0] = 1 · 10 = 10");
    press("ArrowUp");
    expect(work()).toBe("[1] = 1 · (-20) = -20");
    el.querySelectorAll<HTMLElement>('table[aria-label="contribution, shape (2,)"] td')[0]!.click();
    expect(work()).toBe("[0] = 1 · 10 = 10");
    expect(el.querySelectorAll(".mxs-chosen")).toHaveLength(3); // a column of the Jacobian and the entry
  });

  it("shows a large Jacobian in words, the sum of a broadcast and the accumulation", () => {
    model.set("position", 3);
    expect(el.querySelector(".mxs-card")!.textContent).toContain("1600 × 1600matrix product");
    expect(panel().textContent).toContain("(2,) ← sum over axis 0 of (4, 2)");
    expect([...el.querySelectorAll(".mxs-name")].map((e) => e.textContent)).toContain("accumulated");
    expect(el.querySelector("canvas")!.getAttribute("aria-label")).toBe("upstream, shape (40, 40), -2 … 2, mean 0.5, 1 NaN, 0 infinite");
  });

  it("shows what becomes of a complete gradient, and numbers that disagree", () => {
    model.set("position", 4);
    expect(panel().textContent).toContain("backward() adds it to w.grad.");
    expect([...el.querySelectorAll(".mxs-name")].map((e) => e.textContent)).toContain(".grad after backward()");
    expect(el.querySelector(".mxs-differs")!.textContent).toContain("11");
  });

  it("shows the way on the map", () => {
    model.set("position", 2);
    const [first, second] = el.querySelectorAll(".mxs-wire");
    expect(first!.classList.contains("mxs-passed")).toBe(true);
    expect(second!.classList.contains("mxs-live")).toBe(true);
    expect(el.querySelector(".mxs-atlas")!.getAttribute("aria-label")).toContain("Here: mul p; its gradient flows to w");
    expect(el.querySelectorAll(".mxs-here")).toHaveLength(1);
  });

  it("keeps names text", () => {
    model.set("position", 1);
    expect(panel().textContent).toContain(EVIL);
    expect(el.querySelector("img")).toBeNull();
  });
});

describe("predicting", () => {
  beforeEach(() => {
    press("p");
    model.set("position", 2);
  });

  it("hides the result until a number was given", () => {
    expect(model.state.predict).toBe(true);
    expect(el.querySelector(".mxs-hidden")!.textContent).toBe("?");
    expect(el.querySelector(".mxs-work")).toBeNull();
    expect(el.querySelector(".mxs-check")).toBeNull();
    const input = el.querySelector<HTMLInputElement>("[type=text]")!;
    input.value = "20";
    const event = press("Enter", input);
    expect(event.defaultPrevented).toBe(true);
    expect(model.state.answers).toEqual({ "2": "20" });
    expect(el.querySelector(".mxs-said")!.textContent).toContain("Only the sign is wrong");
    expect(el.querySelector(".mxs-hidden")).toBeNull();
    expect(el.querySelector(".mxs-score")!.textContent).toBe("0 of 1 right");
    expect(document.activeElement).toBe(panel()); // the arrow keys go on from here
  });

  it("asks again where no number was typed", () => {
    const input = el.querySelector<HTMLInputElement>("[type=text]")!;
    input.value = "much";
    press("Enter", input);
    expect(el.querySelector(".mxs-ask")!.textContent).toContain("Please type a number");
    expect(model.state.answers).toEqual({});
  });

  it("leaves arrow keys and letters to the field", () => {
    const input = el.querySelector<HTMLInputElement>("[type=text]")!;
    for (const key of ["ArrowLeft", "s", "p", "Home"]) expect(press(key, input).defaultPrevented).toBe(false);
    expect(model.state.position).toBe(2);
  });

  it("offers shapes to choose from, and to give up", () => {
    model.set("position", 3);
    label(/Predict \(40, 40\)/).click();
    expect(el.querySelector(".mxs-said")!.textContent).toBe("✓ Right: (40, 40).");
    expect(el.querySelector(".mxs-score")!.textContent).toBe("1 of 1 right");
    model.set("position", 0);
    label(/Show the result/).click();
    expect(el.querySelector(".mxs-hidden")).toBeNull();
    expect(model.state.answers).toEqual({ "3": "(40, 40)" });
  });
});

describe("a good guest", () => {
  it("marks every element that takes focus", () => {
    for (const position of [0, 2, 3, 4]) {
      model.set("position", position);
      for (const element of el.querySelectorAll("button, input, select, [tabindex]")) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
    }
  });

  it("leaves nothing behind", () => {
    expect(model.listening).toBeGreaterThan(0);
    close();
    expect(model.listening).toBe(0);
  });
});
