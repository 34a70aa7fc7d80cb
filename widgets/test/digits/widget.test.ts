import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/digits/index";
import { about, convolution, convolutionNumbers, EVIL, FakeModel, ink, props, view } from "./fake";

let el: HTMLElement;
let model: FakeModel;
let stop: () => void;

function open(changes: ConstructorParameters<typeof FakeModel>[0] = {}): void {
  stop?.();
  el?.remove();
  el = document.createElement("div");
  document.body.append(el);
  model = new FakeModel(changes);
  stop = widget.render(props(model, el)) as () => void;
}

const find = <T extends Element = HTMLElement>(selector: string): T => el.querySelector<T>(selector)!;
const all = (selector: string): HTMLElement[] => [...el.querySelectorAll<HTMLElement>(selector)];
const drawn = () => vi.waitFor(() => expect(find("[data-ready='1']")).not.toBeNull());
const press = (target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
};
const inked = (): number => new Uint8Array(model.state.ink.buffer as ArrayBuffer).reduce((sum, value) => sum + value, 0);

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  open();
});

afterEach(() => {
  stop();
  el.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("showing", () => {
  test("bars with names, numbers, a mark on the winner and on the true class", async () => {
    await drawn();
    const rows = all(".mxw-chances li");
    expect(rows.map((row) => row.querySelector(".mxw-class")?.textContent)).toEqual(about.classes);
    expect(rows.map((row) => row.querySelector(".mxw-share")?.textContent)).toEqual(["25 %", "<1 %", "75 %"]);
    expect(rows[2]!.classList.contains("mxw-best")).toBe(true);
    expect(rows[2]!.textContent).toContain("prediction");
    expect(rows[1]!.textContent).toContain("true class");
    expect(find(".mxw-reads").textContent).toBe(`Reads two with 75 % ✗ it is a ${EVIL}`);
  });
  test("names are text everywhere", async () => {
    await drawn();
    expect(el.querySelector("img")).toBeNull();
    expect((globalThis as Record<string, unknown>)["broken"]).toBeUndefined();
    expect(find(".mxw-label:nth-child(1)").textContent).toContain("conv0");
    expect(all(".mxw-label strong")[1]!.textContent).toBe(EVIL);
  });
  test("a right answer is marked as such, and NaN is said", async () => {
    model.receive({ truth: 2, chances: view([0, 0, 1]) });
    await vi.waitFor(() => expect(find(".mxw-reads").textContent).toBe("Reads two with 100 % ✓ it is a two"));
    model.receive({ truth: -1, chances: view([NaN, NaN, NaN]) });
    await vi.waitFor(() => expect(find(".mxw-reads").textContent).toBe("Reads NaN"));
  });
  test("a screen reader hears the prediction when it rests", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      for (let k = 0; k < 3; k += 1) {
        model.receive({ chances: view([1, 0, 0]), truth: -1 });
        await new Promise((done) => requestAnimationFrame(done));
        vi.advanceTimersByTime(300);
      }
      expect(find(".mxw-answer [role=status]").textContent).toBe("");
      vi.advanceTimersByTime(500);
      expect(find(".mxw-answer [role=status]").textContent).toBe("Reads zero with 100 %");
    } finally {
      vi.useRealTimers();
    }
  });
  test("each layer has its kind, shape and range", async () => {
    await drawn();
    expect(all(".mxw-label").map((label) => [...label.children].map((child) => child.textContent))).toEqual([
      ["conv0", "Conv2D, relu", "2 × 3 × 4 · 0 … 2"], [EVIL, "Dense", "3 · -1 … 1"],
    ]);
  });
  test("keeps the notebook's shortcuts away from each element that takes focus", () => {
    const elements = all("button, input, select, [tabindex]");
    expect(elements.length).toBeGreaterThan(12);
    for (const element of elements) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });
  test("has no accessibility violation that can be found without a screen", async () => {
    open({ point: [0, 1, 2, 3], window: convolution, numbers: view(convolutionNumbers), overlay: "gradient", heat: view(new Array(64).fill(0.5)), heat_about: { kind: "gradient", text: "g", bound: 1 } });
    await drawn();
    const result = await axe.run(el, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(result.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
  });
});

describe("the keyboard brush", () => {
  const pad = (): HTMLElement => find(".mxw-pad");
  test("moves with the pen up, draws with the pen down", () => {
    press(pad(), "ArrowRight");
    expect(model.state.asked).toBe(0);
    expect(find(".mxw-pen").textContent).toBe("Pen up · row 4, column 5 · brush 2.5");
    press(pad(), " ");
    expect(model.state.asked).toBe(1);
    const point = inked();
    expect(point).toBeGreaterThan(0);
    expect(find(".mxw-pen").textContent).toContain("Pen down");
    model.receive({ answered: 1 });
    press(pad(), "ArrowDown");
    press(pad(), "ArrowDown", { shiftKey: true });
    return vi.waitFor(() => expect(inked()).toBeGreaterThan(2 * point));
  });
  test("lifts the pen, changes the brush, wipes and takes back", async () => {
    press(pad(), " ");
    press(pad(), "Escape");
    expect(find(".mxw-pen").textContent).toContain("Pen up");
    press(pad(), "+");
    press(pad(), "=");
    expect(find(".mxw-pen").textContent).toContain("brush 3.5");
    expect(find<HTMLInputElement>(".mxw-slider").value).toBe("3.5");
    press(pad(), "-");
    expect(find(".mxw-pen").textContent).toContain("brush 3");
    const before = inked();
    model.receive({ answered: model.state.asked });
    press(pad(), "Delete");
    await vi.waitFor(() => expect(inked()).toBe(0));
    model.receive({ answered: model.state.asked });
    press(pad(), "z", { ctrlKey: true });
    await vi.waitFor(() => expect(inked()).toBe(before));
  });
  test("keeps its keys, and leaves others alone", () => {
    for (const key of ["ArrowLeft", " ", "Delete", "+", "Escape"]) expect(press(pad(), key).defaultPrevented).toBe(true);
    for (const key of ["b", "Tab", "z"]) expect(press(pad(), key).defaultPrevented).toBe(false);
  });
  test("stays on the pad", () => {
    for (let k = 0; k < 20; k += 1) press(pad(), "ArrowLeft", { shiftKey: true });
    expect(find(".mxw-pen").textContent).toContain("column 0");
  });
});

describe("drawing with a pointer", () => {
  const pointer = (type: string, x: number, y: number): void => {
    find(".mxw-pad").dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, button: 0, bubbles: true, cancelable: true }));
  };
  test("sends the ink with a number, twice while the kernel has not answered", async () => {
    pointer("pointerdown", 4, 4);
    const first = inked();
    for (let k = 4; k < 12; k += 1) pointer("pointermove", k, k);
    pointer("pointerup", 12, 12);
    expect(model.state.asked).toBe(2);
    expect(find(".mxw").dataset["asked"]).toBe("2");
    model.receive({ answered: 1 });
    await vi.waitFor(() => expect(model.state.asked).toBe(3));
    expect(inked()).toBeGreaterThan(first);
    expect(model.state.ink.byteLength).toBe(256);
  });
  test("nothing is drawn without a pressed button", () => {
    pointer("pointermove", 5, 5);
    expect(model.state.asked).toBe(0);
  });
  test("ink of the kernel is drawn on", async () => {
    model.receive({ ink: ink(new Array(256).fill(255)) });
    pointer("pointerdown", 4, 4);
    expect(inked()).toBe(256 * 255);
  });
});

describe("asking", () => {
  test("for samples, round at both ends, and for mistakes", () => {
    const by = (name: string) => find<HTMLButtonElement>(`[aria-label="${name}"]`);
    by("Next sample").click();
    expect(model.state.sample).toBe(3);
    model.receive({ sample: 0 });
    by("Previous sample").click();
    expect(model.state.sample).toBe(4);
    by("Next sample").click();
    expect(model.state.sample).toBe(0);
    by("Next sample that is misread").click();
    expect(model.state.misread).toBe(1);
    const number = find<HTMLInputElement>(".mxw-sample");
    number.value = "77";
    number.dispatchEvent(new Event("change"));
    expect(model.state.sample).toBe(4);
  });
  test("a pad without samples has no buttons for them", () => {
    open({ about: { ...about, samples: 0 } });
    expect(el.querySelector(".mxw-sample")).toBeNull();
  });
  test("to center, or why", async () => {
    find<HTMLInputElement>("[type=checkbox]").click();
    expect(model.state.center).toBe(false);
    const [why, target] = all("select") as HTMLSelectElement[];
    await drawn();
    expect(target!.parentElement!.hidden).toBe(true);
    why!.value = "occlusion";
    why!.dispatchEvent(new Event("change"));
    expect(model.state.overlay).toBe("occlusion");
    await vi.waitFor(() => expect(target!.parentElement!.hidden).toBe(false));
    target!.value = "1";
    target!.dispatchEvent(new Event("change"));
    expect(model.state.target).toBe(1);
  });
  test("an overlay is named and told in words", async () => {
    const heat = new Array(64).fill(0);
    heat[9] = 2;
    heat[63] = -1;
    model.receive({ overlay: "gradient", heat: view(heat), heat_about: { kind: "gradient", class: 1, text: "gradient of the score of two", bound: 2 } });
    await vi.waitFor(() => expect(all("figure")[1]!.hidden).toBe(false));
    expect(all("figure")[1]!.textContent).toContain("most 2 at row 1, column 1; least -1 at row 7, column 7");
    model.receive({ overlay: "", heat: view([]), heat_about: {} });
    await vi.waitFor(() => expect(all("figure")[1]!.hidden).toBe(true));
  });
});

describe("looking inside", () => {
  test("the keyboard walks over the maps of a layer; a map is entered where it is strongest", () => {
    const row = find(".mxw-tiles");
    expect(row.getAttribute("aria-valuetext")).toBe("no map chosen");
    press(row, "Enter");
    expect(model.state.point).toEqual([0, 0, 2, 3]); // byte 11 of 0..11 is the largest
    press(row, "b");
    expect(model.state.point).toEqual([0, 0, 2, 3]);
  });
  test("choosing goes on with the arrow keys and stops at the ends", async () => {
    const row = find(".mxw-tiles");
    press(row, "Enter");
    await vi.waitFor(() => expect(row.getAttribute("aria-valuetext")).toBe("map 0 of 2"));
    press(row, "ArrowRight");
    expect(model.state.point[1]).toBe(1);
    await vi.waitFor(() => expect(row.getAttribute("aria-valuenow")).toBe("1"));
    press(row, "ArrowRight");
    expect(model.state.point[1]).toBe(1);
    press(row, "Home");
    expect(model.state.point[1]).toBe(0);
  });
  test("the cursor moves over the enlarged map, and stays on it", async () => {
    model.receive({ point: [0, 1, 2, 2] });
    const stage = find(".mxw-enlarged");
    await vi.waitFor(() => expect(stage.parentElement!.hidden).toBe(false));
    press(stage, "ArrowRight");
    expect(model.state.point).toEqual([0, 1, 2, 3]);
    press(stage, "ArrowRight");
    press(stage, "ArrowDown");
    expect(model.state.point).toEqual([0, 1, 2, 3]);
    press(stage, "ArrowUp");
    expect(model.state.point).toEqual([0, 1, 1, 3]);
  });
  test("a convolution is written out: patch, kernel, products, sums, bias, function", async () => {
    model.receive({ point: [0, 1, 2, 3], window: convolution, numbers: view(convolutionNumbers) });
    await vi.waitFor(() => expect(find(".mxw-equation")).not.toBeNull());
    expect(all(".mxw-matrix-title").map((title) => title.textContent)).toEqual(["what it reads, map 1", "kernel (weights)", "products"]);
    const numbers = [...el.querySelectorAll(".mxw-matrix-number")].map((text) => text.textContent);
    expect(numbers).toEqual(["1.00", "2.00", "0", "pad", "-1.00", "-1.00", "0", "0", "-1.00", "-2.00", "0", "0"]);
    expect(find(".mxw-equation").textContent).toBe("-2sum of 8 products + 0.5 bias = -1.5 → relu → 0");
    expect(all(".mxw-channel").map((each) => each.textContent)).toEqual(["0 1", "1 -3"]);
    expect(find(".mxw-heading").textContent).toBe("conv0 map 1, row 2, column 3: 0");
  });
  test("another input channel is chosen, and keeps the focus", async () => {
    model.receive({ point: [0, 1, 2, 3], window: convolution, numbers: view(convolutionNumbers) });
    await vi.waitFor(() => expect(all(".mxw-channel").length).toBe(2));
    all(".mxw-channel")[0]!.click();
    expect(find(".mxw-matrix-title").textContent).toBe("what it reads, map 0");
    expect(all(".mxw-channel").map((each) => each.getAttribute("aria-pressed"))).toEqual(["true", "false"]);
    expect(document.activeElement).toBe(all(".mxw-channel")[0]);
  });
  test("a pooling shows its window and which number is the largest", async () => {
    const pooling = { ...convolution, kind: "pooling" as const, rule: "maximum", activation: "", channels: [1], inside: [1, 1, 1, 1] };
    model.receive({ point: [0, 1, 0, 0], window: pooling, numbers: view([3, 3, 0, 0, 1, 3, 2, 0]) });
    await vi.waitFor(() => expect(find(".mxw-equation")?.textContent).toBe("The largest of the 4 numbers is 3."));
    expect(el.querySelectorAll(".mxw-matrix-mark").length).toBe(1);
    model.receive({ window: { ...pooling, rule: "mean", count: 4 }, numbers: view([1.5, 1.5, 0, 0, 1, 3, 2, 0]) });
    await vi.waitFor(() => expect(find(".mxw-equation").textContent).toBe("The mean: their sum 6, divided by 4, is 1.5."));
    expect(el.querySelectorAll(".mxw-matrix-mark").length).toBe(0);
  });
  test("a dense unit lists the inputs that count most, and the rest", async () => {
    const dense = { ...convolution, kind: "dense" as const, activation: "", channels: [], inputs: 9, terms: ["map 0 (1, 2)", EVIL], reads: 0, point: [1, 2, 0, 0] as [number, number, number, number] };
    model.receive({ point: [1, 2, 0, 0], window: dense, numbers: view([4, 4, 1, -1, 2, 3, 6, 1, -2, -2]) });
    await vi.waitFor(() => expect(all("tbody tr").length).toBe(3));
    expect(all("tbody tr").map((row) => row.textContent)).toEqual(["map 0 (1, 2)2× 3+ 6", `${EVIL}1× -2− 2`, "the 7 other inputs− 1"]);
    expect(find(".mxw-heading").textContent).toBe(`${EVIL} unit 2, class two: 4`);
    expect(find(".mxw-equation").textContent).toBe("3sum of 9 products + 1 bias = 4the number above");
    expect(find(".mxw-enlarged").hidden).toBe(true);
  });
});

test("what the kernel cannot do is said below", () => {
  model.receive({ notice: "A cell is running: this follows when it is done." });
  expect(find(".mxw-foot [role=status]").textContent).toContain("A cell is running");
});

test("a page that is loaded again shows all that the kernel holds", async () => {
  open({ point: [0, 1, 2, 3], window: convolution, numbers: view(convolutionNumbers), sample: 3, answered: 7 });
  await drawn();
  expect(find<HTMLInputElement>(".mxw-sample").value).toBe("3");
  await vi.waitFor(() => expect(find(".mxw-equation")).not.toBeNull());
  expect(find(".mxw").dataset["shown"]).toBe("7");
});

test("cleaning up stops listening", () => {
  stop();
  expect(model.listening).toBe(0);
});
