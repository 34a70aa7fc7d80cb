import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/decision/index";
import { contour } from "../../src/decision/contour";
import { area, counts, roc, share } from "../../src/decision/metrics";
import { Field, Points, type Model } from "../../src/decision/model";
import { Orders } from "../../src/decision/orders";

const EVIL = '<img src=x onerror="globalThis.broken = true">';
const SIDE = 4;
const bytes = (array: ArrayBufferView): DataView => new DataView(array.buffer, array.byteOffset, array.byteLength);

class FakeModel {
  readonly sent: Record<string, unknown>[] = [];
  private readonly listeners = new Map<string, Set<() => void>>();
  readonly state: Model = {
    setup: { title: EVIL, classes: [EVIL, "yes"], colors: ["#0072B2", "#D55E00"], signs: ["circle", "triangle"], features: [EVIL, "b"],
      box: [0, 1, 0, 1], side: SIDE, fixed: "", output: "score" },
    xy: bytes(Float32Array.from([0.2, 0.2, 0.8, 0.8])), kinds: bytes(Uint8Array.from([0, 1])),
    scores: bytes(Float32Array.from([0.9, 0.1, 0.3, 0.7])), field: bytes(Uint16Array.from({ length: SIDE * SIDE }, (_, k) => (k % SIDE) * 21844)),
    threshold: 0.5, chosen: 1, training: {}, done: 0, notice: "",
  };
  get<K extends keyof Model>(key: K): Model[K] { return this.state[key]; }
  set<K extends keyof Model>(key: K, value: Model[K]): void {
    this.state[key] = value;
    for (const act of this.listeners.get(`change:${key}`) ?? []) act();
  }
  save_changes(): void { this.sent.push({ saved: this.state.threshold }); }
  send(message: Record<string, unknown>): void { if (!message["hello"]) this.sent.push(message); }
  on(name: string, act: () => void): void { this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(act)); }
  off(name: string, act: () => void): void { this.listeners.get(name)?.delete(act); }
  get listening(): number { return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0); }
}

describe("pure parts", () => {
  test("decisions are counted as in Python", () => {
    expect(counts([0.9, 0.8, 0.7, 0.4, 0.2], [true, false, true, true, false], 0.5)).toEqual({ found: 2, missed: 1, alarmed: 1, calm: 1 });
    expect(counts([NaN], [true], 0)).toEqual({ found: 0, missed: 1, alarmed: 0, calm: 0 });
  });
  test("the ROC curve is that of Python", () => {
    const curve = roc([0.9, 0.8, 0.7, 0.4, 0.2], [true, false, true, true, false]);
    expect(curve.map(([x]) => x)).toEqual([0, 0, 0.5, 0.5, 0.5, 1]);
    expect(area(curve)).toBeCloseTo(4 / 6);
    expect(roc([0.1], [true])).toEqual([]);
  });
  test("only what is exact is called all or nothing", () => {
    expect([share(0, 9), share(1, 999), share(998, 999), share(9, 9), share(0, 0)]).toEqual(["0 %", "1 %", "99 %", "100 %", "–"]);
  });
  test("the contour of a slope is a straight line", () => {
    const xs: number[] = [];
    contour(Array.from({ length: 9 }, (_, k) => (k % 3) / 2), 3, 0.25, (x1, _y1, x2) => xs.push(x1, x2));
    expect(xs).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
  test("the field is read between its points", () => {
    const field = new Field(bytes(Uint16Array.from([0, 65534, 0, 65534])), 2, 2);
    expect(field.at(0.25, 0.5)[1]).toBeCloseTo(0.25);
    expect(new Field(bytes(Uint16Array.from([65535, 0, 0, 0])), 2, 2).at(0, 0)[1]).toBeNaN();
  });
  test("the nearest point within reach is found", () => {
    const points = new Points();
    points.read(bytes(Float32Array.from([0, 0, 10, 0])), bytes(Uint8Array.from([0, 1])), bytes(new Float32Array(4)), 2);
    const at = (k: number): [number, number] => [points.x[k]!, points.y[k]!];
    expect(points.nearest(7, 0, at, 5)).toBe(1);
    expect(points.nearest(5, 9, at, 5)).toBe(-1);
  });
});

describe("orders", () => {
  test("moves are sent at once, then at a pace, and the latest wins", () => {
    vi.useFakeTimers();
    const sent: Record<string, unknown>[] = [];
    const orders = new Orders((message) => sent.push(message as Record<string, unknown>));
    for (let x = 0; x < 9; x += 1) orders.move({ index: 3, x, y: 0 });
    expect(sent.map((message) => message["x"])).toEqual([0]);
    vi.advanceTimersByTime(100);
    expect(sent.map((message) => message["x"])).toEqual([0, 8]);
    vi.useRealTimers();
  });
  test("what waits goes out before anything else, and before another point moves", () => {
    const sent: Record<string, unknown>[] = [];
    const orders = new Orders((message) => sent.push(message as Record<string, unknown>), () => 5);
    for (const index of [0, 0, 1]) orders.move({ index, x: index, y: 0 });
    orders.edit("remove", { index: 0 });
    expect(sent.map((message) => [message["command"], message["index"]])).toEqual([["move", 0], ["move", 0], ["move", 1], ["remove", 0]]);
  });
  test("an answer to older edits is known by its stamp", () => {
    const sent: { stamp?: number }[] = [];
    const orders = new Orders((message) => sent.push(message), () => 1000);
    expect(orders.open(0)).toBe(false);
    orders.edit("add");
    orders.edit("add");
    expect(orders.open(sent[0]!.stamp!)).toBe(true);
    expect(orders.open(sent[1]!.stamp!)).toBe(false);
    orders.give("train");
    expect(sent[2]!.stamp).toBeUndefined();
  });
});

describe("the widget", () => {
  let el: HTMLElement;
  let model: FakeModel;
  let stop: () => void;
  const surface = () => el.querySelector<HTMLElement>(".mxw-surface")!;
  const press = (key: string) => surface().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  beforeEach(() => {
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    el = document.createElement("div");
    document.body.append(el);
    model = new FakeModel();
    stop = widget.render({ model, el } as never) as () => void;
  });
  afterEach(() => {
    stop();
    expect(model.listening).toBe(0);
    el.remove();
    vi.restoreAllMocks();
  });

  test("shows the confusion matrix of what it was sent", () => {
    expect([...el.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["", "✓ 1", "✗ 0", "✗ 0", "✓ 1"]);
  });
  test("names rows and columns by the classes", () => {
    expect([...el.querySelectorAll("th")].map((cell) => cell.textContent)).toEqual(["says yes", `says ${EVIL}`, "yes", EVIL]);
  });
  test("keeps its own edits until the kernel has done them", async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    press("1");
    const { stamp } = model.sent.at(-1) as { stamp: number };
    model.set("xy", model.state.xy); // an answer that does not know the new point
    await frame();
    press("n");
    expect(el.querySelector(".mxw-place")!.textContent).toContain("of 3");
    model.state.done = stamp;
    model.set("xy", model.state.xy);
    await frame();
    press("n");
    expect(el.querySelector(".mxw-place")!.textContent).toContain("of 2");
  });
  test("starts over only where the kernel can", () => {
    const back = el.querySelector<HTMLElement>('button[title^="Put the model back"]')!;
    model.set("training", { steps: 3, loss: 0.25, buttons: true, back: false });
    expect(back.style.display).toBe("none");
    model.set("training", { steps: 3, loss: 0.25, buttons: true, back: true });
    expect(back.style.display).toBe("");
    back.click();
    expect(model.sent.at(-1)).toEqual({ command: "restart" });
  });
  test("puts names in as text", () => {
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain(EVIL);
  });
  test("follows the threshold, and tells the kernel", () => {
    const slider = el.querySelector<HTMLInputElement>("input[type=range]")!;
    slider.value = "0.75";
    slider.dispatchEvent(new Event("input"));
    expect(model.state.threshold).toBe(0.75);
    expect(el.querySelectorAll("td")[2]!.textContent).toBe("✗ 1");
  });
  test("adds, takes, moves and removes points by the keyboard", () => {
    press("1");
    expect(model.sent.at(-1)).toMatchObject({ command: "add", x: 0.5, y: 0.5, label: 1 });
    press("n");
    press("Enter");
    press("ArrowUp");
    expect(model.sent.at(-1)).toMatchObject({ command: "move", index: 0 });
    expect(model.sent.at(-1)!["y"]).toBeCloseTo(0.22);
    press("Enter");
    press("Delete");
    expect(model.sent.at(-1)).toMatchObject({ command: "remove", index: 0 });
    expect(el.querySelector(".mxw-place")!.textContent).toContain("2 points are left");
  });
  test("the last point stays", () => {
    for (let k = 0; k < 4; k += 1) {
      press("n");
      press("Delete");
    }
    expect(model.sent.filter((message) => message["command"] === "remove").length).toBe(1);
  });
  test("trains as long as the button is pressed", () => {
    vi.useFakeTimers();
    vi.spyOn(Element.prototype, "getClientRects").mockReturnValue([{}] as unknown as DOMRectList);
    model.set("training", { steps: 3, loss: 0.25, buttons: true });
    expect(el.querySelector(".mxw-trained")!.textContent).toBe("3 steps, loss 0.25");
    const play = [...el.querySelectorAll("button")].find((button) => button.textContent === "Train ▶")!;
    play.click();
    vi.advanceTimersByTime(600);
    expect(model.sent.length).toBe(1); // the next order waits for the answer
    for (let steps = 20; steps <= 80; steps += 20) {
      model.set("training", { steps, loss: 0.25, buttons: true });
      vi.advanceTimersByTime(120);
    }
    const count = model.sent.length;
    expect(count).toBe(5);
    vi.advanceTimersByTime(3600); // an order that was lost is given again
    expect(model.sent.length).toBe(count + 1);
    play.click();
    vi.advanceTimersByTime(6000);
    expect(model.sent.length).toBe(count + 1);
    vi.useRealTimers();
  });
  test("every element that takes focus keeps the notebook's shortcuts away", () => {
    for (const element of el.querySelectorAll("button, input, select, [tabindex]")) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });
  test("axe finds nothing", async () => {
    const { violations } = await axe.run(el, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(violations.map((violation) => violation.id)).toEqual([]);
  });
});
