import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/training/index";
import { EVIL, FakeModel, mistakes, monitor, props, state } from "./fake";
import type { MistakesModel, Model } from "../../src/training/model";

let el: HTMLElement;
let stop: () => void;

const find = <T extends HTMLElement>(label: string) => el.querySelector<T>(`[aria-label="${label}"]`)!;
const status = () => el.querySelector("[role=status]")!.textContent;
const press = (target: Element, key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
};
const click = (target: Element) => target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
const violations = async () => (await axe.run(el, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } })).violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`);
const drawn = () => vi.waitFor(() => expect(el.querySelector("[data-ready='1']")).not.toBeNull());

async function show<T extends Model | MistakesModel>(traits: T): Promise<FakeModel<T>> {
  const model = new FakeModel(traits);
  stop = widget.render(props(model, el) as never) as () => void;
  await drawn();
  return model;
}

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  el = document.createElement("div");
  document.body.append(el);
});

afterEach(() => {
  stop();
  el.remove();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the monitor", () => {
  test("says hello to the kernel, so that a click reaches a busy cell", async () => {
    const model = await show(monitor());
    await vi.waitFor(() => expect(model.sent).toEqual([{ hello: true }]));
  });
  test("shows state, progress, speed, runs and layers", async () => {
    await show(monitor());
    for (const text of ["▶ running", "epoch 1 of 2: step 4 of 8", "all: step 4 of 16", "3.2 steps/s", "0:12 elapsed", "1:01 left", "second", "✓ finished", "▼ vanishing", "the gradient is 0", "Layers: 2, 1 flagged", "the monitor takes 0.4 % of the time"]) {
      expect(el.textContent).toContain(text);
    }
    expect(find("This epoch").getAttribute("aria-valuenow")).toBe("50");
  });
  test("draws a plot for each metric, with the mark of a learning rate and a sign where a number is NaN", async () => {
    await show(monitor());
    expect(el.querySelectorAll(".mxw-plot").length).toBe(2);
    expect(el.querySelector(".mxw-mark title")!.textContent).toBe("lr 0.2 → 0.1");
    expect(el.querySelectorAll(".mxw-bad").length).toBe(1);
  });
  test("puts names in as text", async () => {
    await show(monitor({ state: state({ title: EVIL, reason: EVIL, status: "error", word: EVIL }) }));
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain(EVIL);
    expect((globalThis as Record<string, unknown>)["broken"]).toBeUndefined();
  });
  test("tells runs apart by dash and sign, not by color alone", async () => {
    await show(monitor());
    const swatches = [...el.querySelectorAll(".mxw-runs .mxw-swatch")];
    expect(new Set(swatches.map((swatch) => swatch.querySelector(".mxw-dot")!.getAttribute("d"))).size).toBe(2);
    expect(new Set(swatches.map((swatch) => swatch.querySelector(".mxw-curve")!.getAttribute("stroke-dasharray"))).size).toBe(2);
  });
  test("keeps the notebook's shortcuts away from each element that takes focus", async () => {
    await show(monitor());
    const focusable = el.querySelectorAll("button, input, select, summary, [tabindex]");
    expect(focusable.length).toBeGreaterThan(10);
    for (const element of focusable) expect(element.hasAttribute("data-lm-suppress-shortcuts"), element.outerHTML).toBe(true);
  });
  test("has no accessibility violation that can be found without a screen", async () => {
    await show(monitor());
    expect(await violations()).toEqual([]);
  }, 30_000);
  test("before the loop says what to do", async () => {
    await show(monitor({ state: state({ number: 0, status: "waiting", word: "not started", values: [] }), curves: [], past: [], past_curves: [], layers: [] }));
    expect(el.querySelector<HTMLElement>(".mxw-empty")!.hidden).toBe(false);
    expect(find("Pause").getAttribute("aria-disabled")).toBe("true");
  });
  test("stops listening when it is closed", async () => {
    const model = await show(monitor());
    stop();
    expect(model.listening).toBe(0);
  });
});

describe("steering", () => {
  test("sends one command a click", async () => {
    const model = await show(monitor());
    for (const label of ["Pause", "Step", "Stop"]) click(find(label));
    expect(model.commands).toEqual([{ command: "pause" }, { command: "step" }, { command: "stop" }]);
    expect(status()).toBe("Stopping after this step …");
  });
  test("turns Pause into Resume, and keeps the focus there", async () => {
    const model = await show(monitor());
    find("Pause").focus();
    model.receive("state", state({ status: "paused", sign: "‖", word: "paused" }));
    await vi.waitFor(() => expect(find("Resume")).not.toBeNull());
    expect(document.activeElement).toBe(find("Resume"));
    expect(status()).toBe("Paused between two steps.");
    click(find("Resume"));
    expect(model.commands).toEqual([{ command: "resume" }]);
  });
  test("sends the learning rate that was typed, halved or doubled", async () => {
    const model = await show(monitor());
    const input = find<HTMLInputElement>("Learning rate");
    expect(input.value).toBe("0.1");
    input.value = "0.03";
    input.dispatchEvent(new Event("change"));
    click(find("Halve the learning rate"));
    click(find("Double the learning rate"));
    expect(model.commands).toEqual([0.03, 0.05, 0.2].map((value) => ({ command: "lr", value })));
  });
  test.each(["", "-1", "0", "fast", "Infinity"])("refuses the learning rate '%s'", async (text) => {
    const model = await show(monitor());
    const input = find<HTMLInputElement>("Learning rate");
    input.value = text;
    input.dispatchEvent(new Event("change"));
    expect(model.commands).toEqual([]);
    expect(status()).toContain("greater than 0");
  });
  test("does not overwrite what is being typed", async () => {
    const model = await show(monitor());
    const input = find<HTMLInputElement>("Learning rate");
    input.focus();
    input.value = "0.0";
    model.receive("state", state({ steps: 5, lr: "0.1" }));
    await vi.waitFor(() => expect(el.textContent).toContain("all: step 5"));
    expect(input.value).toBe("0.0");
  });
  test("is off after the end, and the focus stays", async () => {
    const model = await show(monitor());
    find("Stop").focus();
    model.receive("state", state({ status: "stopped", word: "stopped", reason: "in epoch 1, step 4" }));
    await vi.waitFor(() => expect(find("Stop").getAttribute("aria-disabled")).toBe("true"));
    click(find("Stop"));
    expect(model.commands).toEqual([]);
    expect(document.activeElement).toBe(find("Stop"));
    expect(status()).toBe("stopped in epoch 1, step 4");
  });
  test("is off where clicks wait for the cell, and says so", async () => {
    const model = await show(monitor({ state: state({ reachable: false }) }));
    click(find("Pause"));
    expect(model.commands).toEqual([]);
    expect(status()).toContain("waits until the cell has ended");
  });
  test("is off where a scheduler sets the learning rate, and hidden without a trainer", async () => {
    const model = await show(monitor({ state: state({ scheduled: true }) }));
    expect(find<HTMLInputElement>("Learning rate").readOnly).toBe(true);
    model.receive("state", state({ lr: "" }));
    await vi.waitFor(() => expect(el.querySelector<HTMLElement>(".mxw-rate")!.hidden).toBe(true));
  });
  test("ends with the kernel: what was sent stays readable", async () => {
    const model = await show(monitor());
    model.trigger("comm_live_update");
    await vi.waitFor(() => expect(el.textContent).toContain("? kernel gone"));
    click(find("Pause"));
    expect(model.commands).toEqual([]);
    expect(status()).toContain("The kernel is gone");
    expect(el.textContent).toContain("second");
  });
  test("tells when a running loop says nothing for long", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await show(monitor());
    vi.advanceTimersByTime(9000);
    expect(status()).toMatch(/No news for \d+ s/);
  });
});

describe("reading", () => {
  const plot = () => el.querySelector<SVGElement>(".mxw-plot")!;
  test("by arrow keys goes from step to step, and is read aloud", async () => {
    await show(monitor());
    expect(plot().getAttribute("aria-valuetext")).toContain("last; second");
    plot().focus();
    expect(press(plot(), "Home").defaultPrevented).toBe(true);
    expect(plot().getAttribute("aria-valuetext")).toContain("step 1; second 4, mean 4");
    press(plot(), "ArrowRight");
    expect(plot().getAttribute("aria-valuetext")).toContain("step 2; second 3, mean 3.5");
    press(plot(), "ArrowRight");
    expect(plot().getAttribute("aria-valuetext")).toContain("step 3; second NaN or infinite");
    press(plot(), "Escape");
    expect(plot().getAttribute("aria-valuetext")).toContain("last");
  });
  test("shows the same step in all plots", async () => {
    await show(monitor());
    press(plot(), "Home");
    for (const readout of el.querySelectorAll(".mxw-readout")) expect(readout.textContent).toContain("step 1");
  });
  test("leaves other keys alone", async () => {
    await show(monitor());
    expect(press(plot(), "b").defaultPrevented).toBe(false);
  });
  test("a run can be hidden", async () => {
    const model = await show(monitor());
    const before = el.querySelectorAll(".mxw-plot .mxw-curve").length;
    const box = el.querySelector<HTMLInputElement>("[data-run='1']")!;
    box.checked = false;
    box.dispatchEvent(new Event("change"));
    expect(model.get("hidden")).toEqual([1]);
    expect(model.saves).toBe(1);
    await vi.waitFor(() => expect(el.querySelectorAll(".mxw-plot .mxw-curve").length).toBeLessThan(before));
  });
  test("smoothing and logarithmic axes are kept in the kernel", async () => {
    const model = await show(monitor());
    click(find("Logarithmic axis"));
    const choice = find<HTMLSelectElement>("Smooth");
    choice.value = "50";
    choice.dispatchEvent(new Event("change"));
    expect([model.get("logarithmic"), model.get("smooth"), model.saves]).toEqual([true, 50, 2]);
    await vi.waitFor(() => expect(el.textContent).toContain("mean of 50 steps"));
  });
});

describe("the mistakes", () => {
  const cards = () => [...el.querySelectorAll<HTMLElement>(".mxw-card-button")];
  const cell = (i: number, j: number) => el.querySelectorAll<HTMLElement>(".mxw-cell")[i * 3 + j]!;
  test("show the matrix and all mistakes, the surest picked", async () => {
    await show(mistakes());
    expect([...el.querySelectorAll(".mxw-cell")].map((one) => one.textContent)).toEqual(["2", "1", "", "", "3", "", "2", "", "1"]);
    expect(cards().length).toBe(3);
    expect(el.querySelector(".mxw-detail")!.textContent).toContain("Sample 5: owl was read as cat");
    expect(el.textContent).toContain("6 of 9 right");
  });
  test("are filtered by a cell, by mouse and by keyboard", async () => {
    const model = await show(mistakes());
    click(cell(2, 0));
    expect(model.get("cell")).toEqual([2, 0]);
    expect(cards().length).toBe(2);
    expect(cell(2, 0).getAttribute("aria-selected")).toBe("true");
    expect(press(cell(0, 0), "Enter").defaultPrevented).toBe(true);
    expect(cards().length).toBe(0);
    expect(el.querySelector("h4")!.textContent).toBe("cat read right: 2 samples, no mistake");
    press(cell(0, 0), "Escape");
    expect(cards().length).toBe(3);
  });
  test("are walked by arrow keys, and Tab reaches one cell and one card", async () => {
    await show(mistakes());
    cell(0, 0).focus();
    press(cell(0, 0), "ArrowDown");
    expect(document.activeElement).toBe(cell(1, 0));
    expect(el.querySelectorAll(".mxw-cell[tabindex='0']").length).toBe(1);
    cards()[0]!.focus();
    press(cards()[0]!, "ArrowRight");
    expect(document.activeElement).toBe(cards()[1]);
    expect(el.querySelector(".mxw-detail")!.textContent).toContain("Sample 1");
  });
  test("keep the notebook's shortcuts away, and names are text", async () => {
    await show(mistakes());
    for (const element of el.querySelectorAll("button, [tabindex]")) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain(EVIL);
  });
  test("have no accessibility violation that can be found without a screen", async () => {
    await show(mistakes());
    expect(await violations()).toEqual([]);
  }, 30_000);
  test("stop listening when they are closed", async () => {
    const model = await show(mistakes());
    stop();
    expect(model.listening).toBe(0);
  });
});
