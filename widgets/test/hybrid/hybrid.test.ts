import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Fates, gathered, sceneKey, showing } from "../../src/hybrid/fates";
import widget from "../../src/hybrid/index";
import { tokens } from "../../src/hybrid/program";
import { fewer, timeText } from "../../src/hybrid/tiles";
import { EVIL, FakeModel, folded, props, table, written } from "./fake";

describe("fates", () => {
  const fates = new Fates(table);

  test("follow a node through the stages", () => {
    expect(fates.of(3, 1)).toEqual({ kind: "same", now: 3, text: "" });
    expect(fates.of(3, 2)).toEqual({ kind: "merged", now: 2, text: "b is a" });
    expect(fates.of(1, 3).now).toBe(0);
  });
  test("know from which nodes one was made", () => {
    expect(fates.origins(2, 3)).toEqual([2, 3]);
    expect(fates.origins(2, 1)).toEqual([2]);
    expect(fates.origins(3, 3)).toEqual([]);
  });
  test("know the chain of a node once it is fused", () => {
    expect(fates.chain(4, 2)).toEqual([4]);
    expect(fates.chain(4, 3)).toEqual([4, 5]);
  });
  test("mark on the left what is gone, on the right what was made, and what this pass did", () => {
    expect(fates.left(2).get(1)).toEqual([{ kind: "dropped", fresh: false, count: 1 }]);
    expect(fates.left(2).get(3)).toEqual([{ kind: "merged", fresh: true, count: 1 }]);
    expect(fates.right(2).get(2)).toEqual([{ kind: "merged", fresh: true, count: 1 }]);
    expect(fates.right(3).get(5)).toEqual([{ kind: "fused", fresh: true, count: 1 }]);
  });
  test("are gathered for a folded Block, each kind once", () => {
    expect(gathered([1, 2, 3], fates.left(3)).map((mark) => mark.kind)).toEqual(["dropped", "merged"]);
    const twice = new Map([[1, [{ kind: "fused", fresh: false, count: 1 }]], [2, [{ kind: "fused", fresh: true, count: 2 }]]]);
    expect(gathered([1, 2], twice)).toEqual([{ kind: "fused", fresh: true, count: 3 }]);
  });
  test("find the item that shows a node, or the Block that hides it", () => {
    expect(showing(written, 3)).toBe(3);
    expect(showing(folded, 3)).toBe(1);
    expect(showing(folded, 99)).toBe(-1);
    expect(showing(undefined, 1)).toBe(-1);
  });
  test("name drawings as Python does", () => {
    expect(sceneKey(4, [10, 9, 2])).toBe("4|2,9,10");
    expect(sceneKey(0, [])).toBe("0|");
  });
});

describe("words", () => {
  test("tint a line of the program and lose nothing of it", () => {
    const line = "    a_1, m = Pooling(x, kernel=(2, 2), type='max', eps=1e-5)  # (2, 3)";
    const found = tokens(line);
    expect(found.map(([text]) => text).join("")).toBe(line);
    expect(found.filter(([, kind]) => kind).map(([text, kind]) => `${kind} ${text}`)).toEqual([
      "call Pooling", "option kernel", "number 2", "number 2", "option type", "text 'max'", "option eps", "number 1e-5", "comment # (2, 3)",
    ]);
    expect(tokens("    del a")[1]).toEqual(["del", "word"]);
  });
  test("say how many calls are saved, and times with their unit", () => {
    expect([fewer(5, 3), fewer(3, 3), fewer(2, 3)]).toEqual(["2 fewer", "the same number", "1 more"]);
    expect([timeText(0.1234), timeText(12.34)]).toEqual(["123 µs", "12.3 ms"]);
  });
});

describe("the widget", () => {
  let el: HTMLElement;
  let model: FakeModel;
  let stop: () => void;
  const panes = () => [...el.querySelectorAll<HTMLElement>(".mxw-pane")];
  const cards = (side: number) => [...panes()[side]!.querySelectorAll<SVGGElement>("[data-item]")];
  const chosen = (side: number) => cards(side).filter((card) => card.getAttribute("aria-pressed") === "true").map((card) => card.getAttribute("aria-label"));
  const fate = () => el.querySelector(".mxw-fate")!.textContent;
  const line = () => el.querySelector(".mxw-line[aria-pressed='true'] code")?.textContent;
  const step = (name: string) => [...el.querySelectorAll<HTMLElement>(".mxw-step")].find((each) => each.textContent!.includes(name))!;
  const click = (target: Element) => target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  const press = (target: Element, key: string) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    return event.defaultPrevented;
  };

  beforeEach(() => {
    el = document.createElement("div");
    document.body.append(el);
    model = new FakeModel();
    stop = widget.render(props(model, el)) as () => void;
  });
  afterEach(() => {
    stop();
    el.remove();
  });

  test("shows the graph as written beside the one that runs", async () => {
    expect(cards(0).length).toBe(6);
    expect(cards(1).length).toBe(4);
    expect(panes()[1]!.textContent).toContain("as it runs");
    await vi.waitFor(() => expect(el.querySelector("[data-ready='1']")).not.toBeNull());
  });
  test("strikes out on the left what is not computed any more, and says it", () => {
    expect(cards(0).filter((card) => card.classList.contains("mxw-gone")).map((card) => card.getAttribute("aria-label")))
      .toEqual(["operator: stop, dropped", "operator: b, merged"]);
    expect(el.querySelectorAll(".mxw-pane:nth-child(2) .mxw-gone").length).toBe(0);
    expect(el.querySelectorAll(".mxw-chain").length).toBe(1);
  });
  test("selects what became of a node, on the other side and in the program", () => {
    click(cards(0)[3]!);
    expect(model.get("selected")).toBe(3);
    expect(chosen(0)).toEqual(["operator: b, merged"]);
    expect(chosen(1)).toEqual(["operator: a, merged"]);
    expect(line()).toContain("a = exp(data)");
    expect(fate()).toContain("merged: b is a");
    expect(cards(0)[2]!.classList.contains("mxw-near")).toBe(true); // a, which computes it
  });
  test("says that no line computes a dropped node, and points to what is read in its place", () => {
    click(cards(0)[1]!);
    expect(chosen(1)).toEqual(["variable: data"]);
    expect(line()).toBeUndefined();
    expect(fate()).toContain("No line of the program computes it");
  });
  test("shows the rest of a chain beside the selected node", () => {
    click(cards(1)[2]!);
    expect(cards(1)[3]!.classList.contains("mxw-near")).toBe(true);
    expect(el.querySelector(".mxw-line.mxw-near code")!.textContent).toContain("relu");
  });
  test("selects the node of a line, by mouse and by arrow keys", () => {
    const lines = [...el.querySelectorAll<HTMLElement>("button.mxw-line")];
    click(lines[0]!);
    expect(model.get("selected")).toBe(2);
    lines[0]!.focus();
    expect(press(lines[0]!, "ArrowDown")).toBe(true);
    expect(model.get("selected")).toBe(4);
    expect(document.activeElement).toBe(lines[1]);
  });
  test("goes through the passes, by mouse and by arrow keys, and tells what each did", () => {
    click(step("as written"));
    expect(model.get("stage")).toBe(0);
    expect(cards(1).length).toBe(6);
    expect(cards(0).some((card) => card.classList.contains("mxw-gone"))).toBe(false);
    step("as written").focus();
    press(step("as written"), "ArrowRight");
    press(step("drop identities"), "ArrowRight");
    expect(model.get("stage")).toBe(2);
    expect(document.activeElement).toBe(step("merge common"));
    expect(el.querySelector(".mxw-done")!.textContent).toContain("b is a");
    expect(el.querySelector(".mxw-halo")).not.toBeNull();
    expect(el.querySelector<HTMLButtonElement>("[aria-label='One pass on']")!.disabled).toBe(false);
    click(el.querySelector(".mxw-change")!);
    expect(model.get("selected")).toBe(3);
  });
  test("walks by keys, and crosses to what became of a node", () => {
    cards(0)[0]!.focus();
    for (let k = 0; k < 3; k += 1) press(document.activeElement!, "ArrowDown");
    expect(model.get("selected")).toBe(3);
    expect(press(document.activeElement!, "ArrowRight")).toBe(true);
    expect(document.activeElement).toBe(cards(1)[1]);
    expect(press(document.activeElement!, "b")).toBe(false);
  });
  test("folds a Block on both sides, asking the kernel where a drawing is missing", () => {
    vi.useFakeTimers();
    click(el.querySelector(".mxw-handle")!);
    expect(model.get("folded")).toEqual([0]);
    expect(cards(0).length).toBe(4);
    expect(cards(0)[1]!.getAttribute("aria-label")).toContain("dropped, merged");
    expect(panes()[1]!.textContent).toContain("asked of the kernel");
    vi.advanceTimersByTime(2000);
    expect(el.querySelector(".mxw-status")!.textContent).toContain("The kernel does not answer");
    model.receive("scenes", { ...model.get("scenes"), "2|0": folded });
    expect(cards(1).length).toBe(4);
    expect(el.querySelector(".mxw-status")!.textContent).toBe("");
    vi.useRealTimers();
  });
  test("changes to the backward program", () => {
    click([...el.querySelectorAll(".mxw-bar button")].find((each) => each.textContent === "backward")!);
    expect(model.get("part")).toBe("backward");
    expect(cards(0).length).toBe(1);
    expect(el.querySelector(".mxw-program")!.textContent).toContain("def backward");
    model.receive("selected", 2);
    expect(line()).toBeUndefined(); // its line is in the other program
  });
  test("measures again on request, and shows the new times", () => {
    const again = [...el.querySelectorAll<HTMLElement>("button")].find((each) => each.textContent === "Measure again")!;
    click(again);
    expect(model.get("wish")).toBe(1);
    expect(el.querySelector(".mxw-status")!.textContent).toBe("Measuring …");
    model.receive("times", { ...model.get("times"), compiled: [0.5, 0.5, 0.5], speedup: 0.5 });
    expect(el.textContent).toContain("2 times as slow");
    expect(el.querySelector(".mxw-status")!.textContent).toBe("");
  });
  test("says what to do where the kernel measures nothing", () => {
    vi.useFakeTimers();
    click([...el.querySelectorAll<HTMLElement>("button")].find((each) => each.textContent === "Measure again")!);
    vi.advanceTimersByTime(20_000);
    expect(el.querySelector(".mxw-status")!.textContent).toContain("Run the cell again if it was stopped");
    vi.useRealTimers();
  });
  test("puts names in as text", () => {
    click(cards(0)[4]!);
    expect(el.querySelector("img")).toBeNull();
    expect(fate()).toContain(EVIL);
    expect((globalThis as Record<string, unknown>)["broken"]).toBeUndefined();
  });
  test("keeps the notebook's shortcuts away from all that takes focus", () => {
    for (const element of el.querySelectorAll("button, input, summary, [tabindex]")) {
      expect(element.hasAttribute("data-lm-suppress-shortcuts"), element.outerHTML.slice(0, 80)).toBe(true);
    }
    for (const group of [panes()[0]!, panes()[1]!]) expect(group.querySelectorAll("[data-item][tabindex='0']").length).toBe(1);
  });
  test("has no accessibility violation that can be found without a screen", async () => {
    click(cards(0)[3]!);
    const result = await axe.run(el, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(result.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
  });
  test("leaves nothing behind", () => {
    stop();
    expect(model.listening).toBe(0);
  });
});
