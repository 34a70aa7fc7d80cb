import axe from "axe-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/timing/index";
import { samplesOf } from "../../src/timing/strip";
import { floats } from "../../src/shared/numbers";
import { board, EVIL, FakeModel, props, samples } from "./fake";

const RECORDED = { badge: "REPLAY", origin: "ARTIFICIAL GPU · driver 000.00 · recorded 2000-01-01" };
let el: HTMLElement;
let model: FakeModel;
let stop: () => void;

function show(made: FakeModel): void {
  model = made;
  el = document.createElement("div");
  document.body.append(el);
  stop = widget.render(props(model, el)) as () => void;
}

const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
const panels = () => [...el.querySelectorAll<HTMLElement>(".mxw-panel")];
const stage = (k = 0) => panels()[k]!.querySelector<HTMLElement>("[role=slider]")!;
const click = (text: string) => [...el.querySelectorAll<HTMLElement>("button, input")].find((b) => b.textContent === text || b.closest("label")?.textContent === text)!.click();
const press = (target: Element, key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
};

afterEach(() => {
  stop();
  el.remove();
});

describe("a live race", () => {
  test("shows medians with intervals, and the launch-only time as the wrong way", () => {
    show(new FakeModel());
    expect(stage().querySelectorAll(".mxw-main").length).toBe(2);
    expect(stage().querySelectorAll(".mxw-launch").length).toBe(1); // on a CPU there is no such time
    expect(stage().querySelectorAll(".mxw-whisker").length).toBe(6);
    expect(stage().textContent).toContain("launch only: wrong");
    expect(el.textContent).toContain("cpu(0) is faster at small sizes, gpu(0) at large ones.");
  });
  test("is marked as ready after it was painted, and says hello", async () => {
    show(new FakeModel());
    await vi.waitFor(() => expect(el.querySelector("[data-ready='1']")).not.toBeNull());
    await vi.waitFor(() => expect(model.sent).toContainEqual({ hello: true }));
  });
  test("tells sizes and times to a screen reader, and follows the arrow keys", async () => {
    show(new FakeModel());
    expect(stage().getAttribute("aria-valuetext")).toBe("n = 1000: cpu(0) 100 µs, gpu(0) 21 µs");
    expect(press(stage(), "ArrowLeft").defaultPrevented).toBe(true);
    await frame();
    expect(model.state.size).toBe(100);
    expect(stage().getAttribute("aria-valuenow")).toBe("1");
    expect(el.querySelector(".mxw-size")!.textContent).toBe("n = 100");
    press(stage(), "Home");
    await frame();
    expect(model.state.size).toBe(10);
    expect(press(stage(), "x").defaultPrevented).toBe(false);
  });
  test("counts every key, also those that come before the next frame", () => {
    show(new FakeModel());
    press(stage(), "Home");
    press(stage(), "ArrowRight");
    expect(model.state.size).toBe(100);
    press(stage(), "ArrowRight");
    expect(model.state.size).toBe(1000);
  });
  test("hides the wrong way where the reader does not want it", async () => {
    show(new FakeModel());
    click("launch only (the wrong way)");
    await frame();
    expect(model.state.hidden).toEqual(["launch"]);
    expect(stage().querySelectorAll(".mxw-launch").length).toBe(0);
    click("launch only (the wrong way)");
    expect(model.state.hidden).toEqual([]);
  });
  test("leaves copies out together with their names and numbers", async () => {
    const live = board();
    live.entrants[1] = { ...live.entrants[1]!, name: "gpu(0) with copies", transfer: true };
    show(new FakeModel(live));
    expect(el.textContent).toContain("gpu(0) with copies");
    click("with copies");
    await frame();
    expect(el.querySelectorAll(".mxw-time").length).toBe(1);
    expect(stage().querySelectorAll(".mxw-main").length).toBe(1);
  });
});

describe("views", () => {
  test("samples are drawn by phase: none is left out", async () => {
    show(new FakeModel());
    click("Samples");
    await frame();
    expect(model.state.view).toBe("samples");
    const legend = 1; // a sign of each phase
    expect(stage().querySelectorAll(".mxw-cold").length).toBe(2 + legend);
    expect(stage().querySelectorAll(".mxw-warm-up").length).toBe(4 + legend);
    expect(stage().querySelectorAll(".mxw-steady").length).toBe(6 + legend);
    expect(stage().querySelectorAll(".mxw-asking").length).toBe(6); // launch-only times of the GPU
    expect(stage().textContent).toContain("30 × the median");
    expect(stage().textContent).toContain("9 samples of 3 calls each");
  });
  test("samples are read back as they were packed", () => {
    const made = board();
    const packed = samples(made);
    const race = { board: made, rows: packed.rows, samples: floats(packed.samples) };
    const found = samplesOf(race, 1, 2);
    expect(found.map((s) => s.phase)).toEqual([0, 1, 1, 2, 2, 2]);
    expect(found[3]!.synchronized).toBeCloseTo(2.1e-5, 9);
    expect(found[0]!.launched).toBeCloseTo(5e-6, 9);
    expect(samplesOf(race, 5, 0)).toEqual([]);
  });
  test("speed-up shows the crossover as a line in its interval", async () => {
    show(new FakeModel());
    click("Speed-up");
    await frame();
    expect(stage().querySelectorAll(".mxw-band, .mxw-meeting").length).toBe(2);
    expect(stage().textContent).toContain("How many times as fast as cpu(0)");
    expect(el.textContent).toContain("gpu(0) becomes faster at about n = 200.");
  });
  test("speed-up of one entrant is a sentence", async () => {
    show(new FakeModel(board({}, ["cpu"])));
    click("Speed-up");
    await frame();
    expect(stage().textContent).toContain("Nothing to compare");
  });
  test("roofline shows a ceiling for each device, and without known work says what to give", async () => {
    show(new FakeModel());
    click("Roofline");
    await frame();
    expect(stage().querySelectorAll(".mxw-roof").length).toBe(2);
    expect(stage().textContent).toContain("100 GFLOP/s");
    model.receive("live", board({ roof: { ceilings: [], points: [] } }));
    await frame();
    expect(stage().textContent).toContain("flops=lambda n");
  });
  test("the table has a row for each size and a column for each entrant", async () => {
    show(new FakeModel());
    click("Table");
    await frame();
    expect(el.querySelectorAll("tbody tr").length).toBe(3);
    expect([...el.querySelectorAll("thead th")].map((th) => th.textContent)).toEqual(["n", "cpu(0)", "gpu(0)"]);
    expect(el.querySelector("tbody td")!.textContent).toBe("1 µs 900 ns to 1.1 µs");
    expect(stage().hidden).toBe(true);
  });
  test("an unknown view of a saved notebook is the first one", () => {
    const made = new FakeModel();
    made.state.view = "nothing";
    show(made);
    expect(el.querySelector("[aria-pressed='true']")!.textContent).toBe("Times");
  });
});

describe("a race that runs", () => {
  test("can be stopped, and the button goes when it ends", () => {
    const made = new FakeModel();
    made.state.state = { ...made.state.state, running: true, share: 0.4, said: "Measuring n = 100" };
    show(made);
    expect(el.querySelector("[role=progressbar]")!.getAttribute("aria-valuenow")).toBe("40");
    expect(el.querySelector("[role=status]")!.textContent).toBe("Measuring n = 100");
    click("◼ Stop");
    expect(model.sent).toContainEqual({ command: "stop" });
    const button = [...el.querySelectorAll("button")].find((b) => b.textContent === "◼ Stop")!;
    expect(button.disabled).toBe(true);
    model.receive("state", { ...model.state.state, running: false, said: "Stopped after n = 100." });
    expect(button.hidden).toBe(true);
    expect(el.querySelector<HTMLElement>("[role=progressbar]")!.hidden).toBe(true);
  });
  test("draws what comes in, and keeps the size in detail that is measured", async () => {
    const made = new FakeModel(board({ cells: [], pairs: [] }));
    made.state.state = { ...made.state.state, running: true };
    show(made);
    expect(stage().querySelectorAll(".mxw-full").length).toBe(0);
    const part = board({ cells: board().cells.filter((cell) => cell[1] < 2), pairs: [] });
    model.receive("live", part);
    await frame();
    expect(stage().querySelectorAll(".mxw-main .mxw-full").length).toBe(4);
    expect(el.querySelector(".mxw-size")!.textContent).toBe("n = 100");
  });
  test("a measurement that is missing interrupts the curve", () => {
    const live = board({}, ["cpu"]);
    live.cells[1]![4] = null;
    show(new FakeModel(live));
    expect(stage().querySelector(".mxw-line")!.getAttribute("d")!.match(/M/g)!.length).toBe(2);
  });
});

describe("a replay", () => {
  test("stands in a panel of its own, under its badge, with other signs and lines", () => {
    show(new FakeModel(board({}, ["cpu"]), board(RECORDED)));
    expect(panels().length).toBe(2);
    const [live, replay] = panels() as [HTMLElement, HTMLElement];
    expect(live.querySelector(".mxw-badge")).toBeNull();
    expect(replay.querySelector(".mxw-badge")!.textContent).toBe("REPLAY");
    expect(replay.textContent).toContain(RECORDED.origin);
    expect(replay.getAttribute("aria-label")).toContain("not measured here");
    expect(live.textContent).not.toContain("gpu(0)");
    expect(replay.querySelectorAll(".mxw-full").length).toBe(0);
    expect(replay.querySelectorAll(".mxw-curve.mxw-recorded").length).toBe(replay.querySelectorAll(".mxw-curve").length);
    expect(live.querySelectorAll(".mxw-recorded, .mxw-hollow").length).toBe(0);
  });
  test("keeps its badge in every view", async () => {
    show(new FakeModel(board({}, ["cpu"]), board(RECORDED)));
    for (const view of ["Samples", "Speed-up", "Roofline", "Table"]) {
      click(view);
      await frame();
      expect(panels()[1]!.querySelector(".mxw-badge")!.textContent).toBe("REPLAY");
      expect(panels()[0]!.textContent).not.toContain("gpu(0)");
    }
  });
  test("that is missing says what to do", () => {
    show(new FakeModel(board({}, ["cpu"]), undefined, "No GPU here, and no recording has been made yet: run it."));
    expect(el.querySelector(".mxw-missing")!.textContent).toBe("No GPU here, and no recording has been made yet: run it.");
  });
});

describe("every race", () => {
  test("puts names in as text", async () => {
    const live = board({ title: EVIL, unit: EVIL, verdict: EVIL, machine: EVIL });
    live.entrants[0]!.name = EVIL;
    live.pairs[0]!.text = EVIL;
    const made = new FakeModel(live, board({ ...RECORDED, origin: EVIL, badge: EVIL }), EVIL);
    made.state.notice = EVIL;
    show(made);
    for (const view of ["Samples", "Speed-up", "Roofline", "Table", "Times"]) {
      click(view);
      await frame();
      expect(el.querySelector("img")).toBeNull();
    }
    expect(el.textContent).toContain(EVIL);
    expect((globalThis as Record<string, unknown>)["broken"]).toBeUndefined();
  });
  test("keeps the notebook's shortcuts away from each element that takes focus", () => {
    show(new FakeModel(board(), board(RECORDED)));
    const focusable = el.querySelectorAll("button, input, [tabindex]");
    expect(focusable.length).toBeGreaterThan(8);
    for (const element of focusable) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });
  test("is accessible as far as axe can tell without a layout", async () => {
    show(new FakeModel(board(), board(RECORDED)));
    const found = await axe.run(el, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`)).toEqual([]);
  }, 60_000);
  test("leaves nothing behind", () => {
    show(new FakeModel());
    expect(model.listening).toBeGreaterThan(5);
    stop();
    expect(model.listening).toBe(0);
    expect(() => model.receive("view", "table")).not.toThrow();
  });
});
