import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/surface/index";
import { bytes, EVIL, FakeModel, gridded, props, values } from "./fake";

let el: HTMLElement;
let model: FakeModel;
let stop: () => void;

const find = <T extends Element>(selector: string) => el.querySelector<T>(selector)!;
const point = () => find<SVGGElement>(".mxw-point");
const now = () => find<SVGGElement>(".mxw-now");
const d = (name: string) => find(`.${name}`).getAttribute("d");
const readings = () => Object.fromEntries([...el.querySelectorAll("dl > div")].map((one) => [one.firstChild!.textContent, one.lastChild!.textContent]));
const frame = () => vi.advanceTimersByTime(20);
const press = (target: Element, key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  frame();
  return event;
};
const named = (name: string) => [...el.querySelectorAll("button")].find((button) => button.textContent === name)!;
/** Move the mouse in the panel; its plot is what a pixel hits. */
const mouse = (type: string, panel: string, x: number, y: number) => {
  find(`.${panel} .mxw-svg > svg`).dispatchEvent(Object.assign(new MouseEvent(type, { bubbles: true, cancelable: true, clientX: x, clientY: y, button: 0 }), { pointerId: 1 }));
  frame();
};

function start(state = values()): void {
  stop?.();
  el?.remove();
  el = document.createElement("div");
  document.body.append(el);
  model = new FakeModel(state);
  stop = widget.render(props(model, el)) as () => void;
  frame();
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("ImageData", class { data: Uint8ClampedArray; constructor(readonly width: number, readonly height: number) { this.data = new Uint8ClampedArray(4 * width * height); } });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  Object.assign(SVGElement.prototype, { setPointerCapture: () => undefined });
  start();
});

afterEach(() => {
  stop();
  el.remove();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("drawing", () => {
  test("shows the numbers of the exact surface", () => {
    expect(readings()).toEqual({ step: "0", loss: "4.5", weight: "0", bias: "0", "∂loss/∂weight": "-4", "∂loss/∂bias": "-1", curvature: "1 to 2", "lr bound": "1" });
  });
  test("is marked as ready", () => {
    vi.advanceTimersByTime(100);
    expect(find(".mxw").getAttribute("data-ready")).toBe("1");
  });
  test("names what the canvas shows", () => {
    expect(find("canvas").getAttribute("aria-label")).toMatch(/^Loss over weight and bias, weight from -2 to 6, bias from -3 to 5: losses from 0(\.\d+)? to 24$/);
  });
  test("puts names in as text", () => {
    start(values({ info: { ...values().info, a: EVIL, x: EVIL, y: EVIL, model: EVIL, loss: EVIL }, how: EVIL, verdict: EVIL }));
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain(EVIL);
  });
  test("says where the line is when it cannot be seen", () => {
    model.receive({ at: [0, -50], walked: bytes([0, 0, -50, 1]) });
    frame();
    expect(find(".mxw-aside").textContent).toBe("the model's line is below this picture");
  });
  test("keeps the notebook's shortcuts away from each element that takes focus", () => {
    const all = el.querySelectorAll("button, input, select, summary, [tabindex]");
    expect(all.length).toBeGreaterThan(11);
    for (const one of all) expect(one.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });
  test("has no violations that axe can see here", async () => {
    vi.useRealTimers();
    const found = await axe.run(el, { rules: { "color-contrast": { enabled: false } } });
    expect(found.violations.map((one) => one.id)).toEqual([]);
  });
});

describe("the point", () => {
  test("moves by a hundredth of the window, with Shift by a tenth, and tells the kernel", () => {
    press(now(), "ArrowRight");
    expect(model.get("at")).toEqual([0.08, 0]);
    press(now(), "ArrowUp", { shiftKey: true });
    expect(model.get("at")).toEqual([0.08, 0.8]);
    expect(readings()["loss"]).toBe("3.706"); // 1.92^2 + 0.2^2 / 2
    expect(now().getAttribute("aria-valuetext")).toBe("weight 0.08, bias 0.8, loss 3.706");
    expect(model.saves).toBe(2);
  });
  test("leaves keys alone that it has no use for", () => {
    expect(press(now(), "b").defaultPrevented).toBe(false);
    expect(press(now(), "ArrowLeft", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(press(now(), "ArrowLeft").defaultPrevented).toBe(true);
  });
  test("follows the mouse at once, and the kernel hears of it a few times and at the end", () => {
    const before = d("mxw-model");
    mouse("pointerdown", "mxw-plane", 300, 150);
    expect(d("mxw-model")).not.toBe(before);
    for (let k = 0; k < 5; k += 1) mouse("pointermove", "mxw-plane", 300 + k, 150);
    const during = model.saves;
    expect(during).toBeLessThanOrEqual(3);
    mouse("pointerup", "mxw-plane", 304, 150);
    expect(model.saves).toBeGreaterThan(during);
    const [a, b] = model.get("at");
    expect(readings()["weight"]).toBe(String(Number(a!.toPrecision(4))));
    expect(readings()["bias"]).toBe(String(Number(b!.toPrecision(4))));
  });
  test("does not jump back to what the kernel said in the middle of a drag", () => {
    mouse("pointerdown", "mxw-plane", 300, 150);
    const shown = readings();
    model.receive({ reading: bytes([0, 0, 4.5, -4, -1, 1, 2, 0]), walked: bytes([0, 0, 0, 4.5]) });
    frame();
    expect(readings()).toEqual(shown);
  });
  test("shows the line of the place under the mouse, and what it would cost", () => {
    mouse("pointermove", "mxw-plane", 300, 150);
    expect(d("mxw-ghost")).toMatch(/^M/);
    expect(find(".mxw-plane .mxw-tip:not(:empty)").textContent).toMatch(/^loss /);
    find(".mxw-plane .mxw-svg").dispatchEvent(new MouseEvent("pointerleave"));
    frame();
    expect(d("mxw-ghost")).toBe("");
  });
  test("a kernel that does not answer is told of", () => {
    press(now(), "ArrowRight");
    vi.advanceTimersByTime(3000);
    expect(find(".mxw-foot [role=status]").textContent).toContain("kernel does not answer");
    model.receive({ walked: bytes([0, 0.08, 0, 4.1]) });
    expect(find(".mxw-foot [role=status]").textContent).toBe("");
  });
});

describe("the data", () => {
  test("a point is chosen and moved by keys; the bowl follows at once", () => {
    point().focus();
    press(point(), "ArrowRight");
    press(point(), "ArrowRight");
    expect(point().getAttribute("aria-label")).toBe("Point 3 of 5");
    press(point(), "ArrowUp", { shiftKey: true }); // a tenth of the range of 10
    expect(model.get("edits")).toEqual({ count: 1, last: true, rows: { "2": [0, 2] } });
    expect(readings()["loss"]).toBe("4.8"); // (9 + 1 + 4 + 9 + 25) / 10
    expect(point().getAttribute("aria-valuetext")).toBe("x 0, y 2, predicted 0, error -2, 8.3 % of the loss");
  });
  test("x moves too, and the curvature with it", () => {
    press(point(), "End");
    for (let k = 0; k < 3; k += 1) press(point(), "ArrowLeft", { shiftKey: true });
    expect(model.get("edits").rows!["4"]![0]).toBeCloseTo(2 - 3 * 0.08, 9);
    const u = 10 - 4 + 1.76 ** 2;
    expect(Number(readings()["curvature"]!.split(" ").at(-1))).toBeCloseTo((u + 5 + Math.hypot(u - 5, 2 * (1.76 - 2))) / 10, 2);
  });
  test("what the kernel says of an older state of the data is not shown", () => {
    press(point(), "ArrowUp");
    const shown = readings()["loss"];
    model.receive({ sums: [2, 1, 10, 0, 5, 0, 0, 0, 0.1], rows: values().rows });
    frame();
    expect(readings()["loss"]).toBe(shown);
    model.receive({ edition: 1, sums: [2, 1, 10, 0, 5, 0, 0, 1, 0.1], rows: values().rows });
    frame();
    expect(readings()["loss"]).toBe("4.6");
  });
  test("a reset of the kernel puts all points back, and the next move counts on", () => {
    press(point(), "ArrowUp");
    model.receive({ edition: 2, edits: { count: 2, last: true, rows: {} }, sums: [2, 1, 10, 0, 5, 0, 0, 0, 0.1], rows: values().rows });
    frame();
    expect(readings()["loss"]).toBe("4.5");
    press(point(), "ArrowUp");
    expect(model.get("edits").count).toBe(3);
    expect(Object.keys(model.get("edits").rows!)).toEqual(["0"]);
  });
  test("a stick says its share of the loss on hover", () => {
    const transform = point().getAttribute("transform")!.match(/[\d.]+/g)!.map(Number);
    mouse("pointermove", "mxw-data", transform[0]!, transform[1]!);
    expect(find(".mxw-data .mxw-tip").textContent).toBe("error 3, 20 % of the loss"); // 9 / 45
  });
});

describe("a surface that only the kernel knows", () => {
  beforeEach(() => start(gridded()));
  test("is asked for the line under the mouse, and shows its answer", () => {
    mouse("pointermove", "mxw-plane", 300, 150);
    vi.advanceTimersByTime(100);
    const [a, b] = model.get("probe") as [number, number];
    expect(d("mxw-ghost")).toBe("");
    model.receive({ ghost: bytes([a, b, 1, 1, 1, 1, 1, 0, 1, 2, 3, 4]) });
    frame();
    expect(d("mxw-ghost")).toMatch(/^M/);
  });
  test("shows the kernel's numbers at the point", () => {
    expect(readings()["loss"]).toBe("4.5");
    model.receive({ at: [1, 1], walked: bytes([3, 1, 1, 2.5]), reading: bytes([1, 1, 2.5, 0.5, 0.25, -1, 2, 3]) });
    frame();
    expect(readings()).toMatchObject({ loss: "2.5", step: "3", "∂loss/∂weight": "0.5", curvature: "-1 to 2" });
  });
  test("marks what is no number", () => {
    expect(find(".mxw-plane").textContent).toContain("pink: NaN");
  });
});

describe("the controls", () => {
  test("a step is asked for with the settings of the page", () => {
    const slider = find<HTMLInputElement>("input[type=range]");
    slider.value = "-0.5";
    slider.dispatchEvent(new Event("input"));
    named("Step").click();
    expect(model.get("asked")).toBe(1);
    expect(model.get("lr")).toBeCloseTo(0.316, 6);
  });
  test("a run asks for steps until it is paused, and never far ahead of the kernel", () => {
    named("Run").click();
    vi.advanceTimersByTime(2000);
    expect(model.get("asked")).toBe(3);
    model.receive({ done: 3, walked: bytes([0, 0, 0, 4.5]) });
    vi.advanceTimersByTime(150);
    expect(model.get("asked")).toBe(4);
    named("Pause").click();
    model.receive({ done: 4 });
    vi.advanceTimersByTime(1000);
    expect(model.get("asked")).toBe(4);
  });
  test("a run ends where the walk ended", () => {
    named("Run").click();
    model.receive({ ended: true, verdict: "The walk diverges", walked: bytes([0, 0, 0, 4.5, 1, NaN, NaN, Infinity]) });
    frame();
    expect(named("Run")).toBeDefined();
    expect(find(".mxw-verdict").textContent).toBe("The walk diverges");
  });
  test("a rate above its bound is called too long before a step is taken", () => {
    const slider = find<HTMLInputElement>("input[type=range]");
    slider.value = "0.1"; // 1.26 > 2 / 2
    slider.dispatchEvent(new Event("input"));
    frame();
    expect(find(".mxw-verdict").textContent).toContain("lr 1.26 is above 2/curvature = 1");
    model.set("optimizer", "adam");
    frame();
    expect(find(".mxw-verdict").textContent).toBe("");
  });
  test("shows a rate from Python as it is, also outside of the slider", () => {
    model.receive({ lr: 2.1 });
    expect(find(".mxw-tools output").textContent).toBe("2.1");
    model.receive({ lr: 12345 });
    expect(find(".mxw-tools output").textContent).toBe("12345");
    expect(Number(find<HTMLInputElement>("input[type=range]").max)).toBeGreaterThan(4);
  });
  test("a batch from Python that the list lacks is put there", () => {
    model.receive({ batch_size: 3 });
    expect(find<HTMLSelectElement>("select").value).toBe("3");
  });
  test("zoom, fit, colors, arrows and reset are told to the kernel", () => {
    named("+").click();
    expect(model.get("window").map((value) => Number(value.toFixed(3)))).toEqual([-0.667, 4.667, -1.667, 3.667]);
    named("Fit").click();
    expect(model.get("window")).toEqual([-2, 6, -3, 5]);
    named("log").click();
    named("gradient field").click();
    named("Reset").click();
    expect([model.get("log"), model.get("slopes"), model.get("resets")]).toEqual([true, true, 1]);
  });
  test("a walk that leaves the window is marked at its border", () => {
    model.receive({ at: [20, 0], walked: bytes([0, 0, 0, 4.5, 1, 20, 0, 324]), reading: bytes([20, 0, 324, 36, -1, 1, 2, 1]) });
    frame();
    expect(find(".mxw-plane").textContent).toContain("1 of 2 places outside");
    expect(find<SVGPathElement>(".mxw-outside").style.display).toBe("");
    expect(d("mxw-trail")).not.toContain("NaN");
  });
});

test("cleaning up stops listening and running", () => {
  named("Run").click();
  stop();
  const asked = model.get("asked");
  vi.advanceTimersByTime(5000);
  expect(model.listening).toBe(0);
  expect(model.get("asked")).toBe(asked);
});
