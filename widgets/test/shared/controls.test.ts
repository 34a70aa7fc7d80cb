import { describe, expect, test, vi } from "vitest";
import { checkbox, choice, slider, toggle } from "../../src/shared/controls";
import { button, html } from "../../src/shared/dom";

const EVIL = "<img src=x onerror=1>";
const SHORTCUTS = "data-lm-suppress-shortcuts";

describe("a slider", () => {
  test("tells its value while it moves, in its own words", () => {
    const act = vi.fn();
    const { element, set } = slider("rate", { min: 0, max: 10, step: 1, value: 3, text: (value) => `${value} %` }, act);
    const input = element.querySelector("input")!;
    expect(element.querySelector("output")!.textContent).toBe("3 %");
    input.value = "7";
    input.dispatchEvent(new Event("input"));
    expect(act).toHaveBeenCalledWith(7);
    expect(input.getAttribute("aria-valuetext")).toBe("7 %");
    set(2);
    expect([input.value, act.mock.calls.length]).toEqual(["2", 1]);
  });
});

describe("a choice", () => {
  test("offers its options as text and tells the chosen one", () => {
    const act = vi.fn();
    const { element, set } = choice("layer", [["a", EVIL], ["b", "two"]], "b", act);
    const select = element.querySelector("select")!;
    expect([...select.options].map((option) => option.textContent)).toEqual([EVIL, "two"]);
    expect(element.querySelector("img")).toBeNull();
    expect(select.value).toBe("b");
    select.value = "a";
    select.dispatchEvent(new Event("change"));
    expect(act).toHaveBeenCalledWith("a");
    set("b");
    expect(select.value).toBe("b");
  });
});

describe("a toggle", () => {
  test("stays pressed, and says so", () => {
    const act = vi.fn();
    const { element, set } = toggle("Logarithmic", "log", false, act);
    element.click();
    expect([element.getAttribute("aria-pressed"), act.mock.calls]).toEqual(["true", [[true]]]);
    element.click();
    expect(act).toHaveBeenLastCalledWith(false);
    set(true);
    expect([element.getAttribute("aria-pressed"), act.mock.calls.length]).toEqual(["true", 2]);
  });
});

describe("a checkbox", () => {
  test("tells whether it is checked", () => {
    const act = vi.fn();
    const { element, set } = checkbox("show", true, act);
    document.body.append(element); // elsewhere a click changes nothing
    const input = element.querySelector("input")!;
    input.click();
    expect(act).toHaveBeenCalledWith(false);
    set(true);
    expect(input.checked).toBe(true);
    element.remove();
  });
});

test("each control has a name and keeps the notebook's shortcuts away", () => {
  const nothing = () => undefined;
  const controls = [slider("one", { min: 0, max: 1, step: 1, value: 0 }, nothing).element, choice("two", [], "", nothing).element,
    toggle("three", "3", false, nothing).element, checkbox("four", false, nothing).element, button("five", "5", nothing)];
  const root = html("div", {}, ...controls);
  const inside = root.querySelectorAll("input, select, button");
  expect(inside).toHaveLength(5);
  for (const element of inside) {
    expect(element.hasAttribute(SHORTCUTS)).toBe(true);
    expect(element.getAttribute("aria-label") ?? element.closest("label")?.textContent).not.toBe("");
  }
});
