import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/arrays/index";
import { EVIL, FakeModel, info, props, tiles } from "./fake";

let el: HTMLElement;
let model: FakeModel;
let stop: () => void;

const canvas = () => el.querySelector("canvas")!;
const reading = () => el.querySelector(".mxw-arrays-reading")!.textContent;
const named = (label: string) => el.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!;
const press = (key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  canvas().dispatchEvent(event);
  return event;
};
const choose = (label: string, value: string) => {
  named(label).value = value;
  named(label).dispatchEvent(new Event("change"));
};

beforeEach(() => {
  el = document.createElement("div");
  document.body.append(el);
  model = new FakeModel();
  stop = widget.render(props(model, el)) as () => void;
});
afterEach(() => {
  vi.useRealTimers();
  stop();
  el.remove();
});

describe("drawing", () => {
  test("shows name, shape, numbers, caption and the histogram", () => {
    expect(el.querySelector(".mxw-title")!.textContent).toBe(EVIL);
    expect(el.textContent).toContain("2x3x4x5 float32");
    expect([...el.querySelectorAll("dt")].map((term) => term.textContent)).toEqual(["min", "max", "NaN"]);
    expect(el.textContent).toContain(tiles.caption);
    expect(el.querySelector(".mxw-arrays-bars")!.getAttribute("d")!.match(/M/g)).toHaveLength(3);
    expect(el.querySelector(".mxw-arrays-far")!.textContent).toBe("30 far ▶");
  });
  test("puts names in as text", () => {
    expect(el.querySelector("img")).toBeNull();
    expect((globalThis as Record<string, unknown>)["broken"]).toBeUndefined();
  });
  test("keeps the notebook's shortcuts away from each element that takes focus", () => {
    model.receive({ wanted: "nan", places: { kind: "nan", indices: [[0, 0, 1, 2]] } });
    const focusable = el.querySelectorAll("button, input, select, [tabindex]");
    expect(focusable.length).toBeGreaterThan(6);
    for (const element of focusable) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });
  test("is accessible", async () => {
    const found = await axe.run(el, { rules: { "color-contrast": { enabled: false } } });
    expect(found.violations.map((violation) => violation.id)).toEqual([]);
  });
  test("lets go of the model when it is closed", () => {
    stop();
    expect(model.listening).toBe(0);
  });
});

describe("reading a cell by keyboard", () => {
  test("arrow keys walk through the cells and over to the next tile", () => {
    press("ArrowRight");
    expect(reading()).toBe(`${EVIL}[0, 0, 0, 0] = 0`);
    press("ArrowRight");
    press("ArrowDown");
    expect(reading()).toBe(`${EVIL}[0, 0, 1, 1] = 0.6`);
    press("End");
    expect(reading()).toBe(`${EVIL}[0, 2, 3, 4] = 5.9`);
    press("Home");
    expect(reading()).toBe(`${EVIL}[0, 0, 0, 0] = 0`);
  });
  test("a NaN is read as such", () => {
    for (const key of ["Home", "ArrowDown", "ArrowRight", "ArrowRight"]) press(key);
    expect(reading()).toBe(`${EVIL}[0, 0, 1, 2] = NaN`);
  });
  test("its keys go no further, others do", () => {
    const outside = vi.fn();
    el.addEventListener("keydown", outside);
    expect(press("ArrowDown").defaultPrevented).toBe(true);
    expect(press("Escape").defaultPrevented).toBe(true);
    expect(outside).not.toHaveBeenCalled();
    expect(press("Tab").defaultPrevented).toBe(false);
    expect(outside).toHaveBeenCalledOnce();
    expect(reading()).toContain("Point at a cell");
  });
  test("an exact number costs no message", () => {
    press("Home");
    expect(model.saves).toBe(0);
  });
  test("a number that float32 does not hold is asked of the kernel, once the reader rests", () => {
    vi.useFakeTimers();
    model.receive({ info: { ...info, exact: false } });
    press("Home");
    press("ArrowRight");
    expect([reading(), model.saves]).toEqual([`${EVIL}[0, 0, 0, 1] ≈ 0.1`, 0]);
    vi.advanceTimersByTime(300);
    expect([model.get("cell"), model.saves]).toEqual([[0, 0, 1], 1]);
    model.receive({ reading: { cell: [0, 0, 1], index: "[0, 0, 0, 1]", text: "0.10000000000000001" } });
    expect(reading()).toBe(`${EVIL}[0, 0, 0, 1] = 0.10000000000000001`);
  });
  test("a block is read as a mean, and then with what it holds", () => {
    vi.useFakeTimers();
    model.receive({ tiles: { ...tiles, shape: [3, 2, 2], block: [2, 3] } });
    vi.advanceTimersByTime(1);
    press("Home");
    expect(reading()).toBe(`${EVIL}[0, 0, 0:2, 0:3] has the mean 0`);
    vi.advanceTimersByTime(300);
    model.receive({ reading: { cell: [0, 0, 0], index: "[0, 0, 0:2, 0:3]", text: "6 elements: min 0" } });
    expect(reading()).toBe(`${EVIL}[0, 0, 0:2, 0:3] holds 6 elements: min 0`);
  });
});

describe("axes", () => {
  test("rows, columns and tiles are chosen by name", () => {
    choose("Rows ↓", "1");
    expect(model.get("view")).toMatchObject({ rows: 1, columns: 3, over: [2] });
    choose("Tiles", "0,1");
    expect(model.get("view").over).toEqual([0, 1]);
    choose("Tiles", "");
    expect(model.get("view").over).toEqual([]);
    expect(model.saves).toBe(3);
  });
  test("a slider cuts the axis that is not shown; many moves make few messages", () => {
    vi.useFakeTimers();
    const slider = named("batch");
    for (const value of ["1", "0", "1"]) {
      slider.value = value;
      slider.dispatchEvent(new Event("input"));
    }
    expect(model.saves).toBe(0);
    vi.advanceTimersByTime(100);
    expect([model.get("view").fixed, model.saves]).toEqual([[1, 0, 0, 0], 1]);
  });
  test("tiles that do not fit are reached by a slider", async () => {
    expect(named(`first ${EVIL.replaceAll('"', '\\"')}`)).toBeNull();
    model.receive({ tiles: { ...tiles, total: [300] }, info: { ...info, shape: [2, 300, 4, 5] } });
    await vi.waitFor(() => expect(named(`first ${EVIL.replaceAll('"', '\\"')}`)).not.toBeNull());
  });
});

describe("what is wrong", () => {
  const button = (kind: string) => el.querySelector<HTMLButtonElement>(`[data-kind="${kind}"]`)!;
  test("has a button with its count, where there is any", () => {
    expect([button("nan").textContent, button("inf"), button("outliers").textContent]).toEqual(["NaN 1", null, "outliers 30"]);
  });
  test("is listed by index when asked, and an index leads to its cell", () => {
    button("nan").click();
    expect([model.get("wanted"), model.saves]).toEqual(["nan", 1]);
    model.receive({ places: { kind: "nan", indices: [[0, 0, 1, 2]] } });
    el.querySelector<HTMLButtonElement>(".mxw-arrays-jump")!.click();
    expect(reading()).toBe(`${EVIL}[0, 0, 1, 2] = NaN`);
    button("nan").click();
    expect(model.get("wanted")).toBe("");
    expect(el.querySelector(".mxw-arrays-jump")).toBeNull();
  });
  test("elsewhere in the array leads there, and to the cell when its tile has come", async () => {
    model.receive({ wanted: "outliers", places: { kind: "outliers", indices: [[1, 2, 3, 4]] } });
    expect(el.textContent).toContain("The first 1 of 30:");
    el.querySelector<HTMLButtonElement>(".mxw-arrays-jump")!.click();
    expect(model.get("view")).toMatchObject({ fixed: [1, 2, 3, 4], first: 2 });
    model.receive({ tiles: { ...tiles, shape: [1, 4, 5], grid: [1, 1], places: [[2]], layout: model.get("view") } });
    await vi.waitFor(() => expect(reading()).toContain("[1, 2, 3, 4] = 1.9"));
  });
});

describe("views of the numbers", () => {
  test("the histogram can be logarithmic", () => {
    named("Logarithmic counts").click();
    expect([model.get("logarithmic"), model.saves]).toEqual([true, 1]);
    expect(el.querySelector("svg.mxw-arrays-histogram")!.getAttribute("aria-label")).toContain("logarithmic");
  });
  test("the span of the colors can be chosen", () => {
    choose("Colors", "all");
    expect([model.get("limits"), model.saves]).toEqual(["all", 1]);
  });
  test("one of several arrays can be chosen", () => {
    model.receive({ names: ["a", "b"] });
    choose("Array", "1");
    expect([model.get("which"), model.saves]).toEqual([1, 1]);
  });
  test("an array without a finite number, or without any, says so", async () => {
    model.receive({ info: { ...info, edges: [], bins: [] } });
    expect(el.textContent).toContain("No finite number to count.");
    model.receive({ tiles: { ...tiles, shape: [0, 1, 1], places: [], grid: [0, 0] }, values: new DataView(new ArrayBuffer(0)), marks: new DataView(new ArrayBuffer(0)) });
    await vi.waitFor(() => expect(reading()).toBe("This array has no elements."));
  });
});
