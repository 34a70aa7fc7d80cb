import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/graphs/index";
import { closed, EVIL, FakeModel, open, props } from "./fake";

let el: HTMLElement;
let model: FakeModel;
let stop: () => void;

const find = (key: string) => el.querySelector<SVGGElement>(`[data-key="${key}"]`)!;
const side = () => el.querySelector("section")!;
const press = (target: Element, key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
};
const click = (target: Element) => target.dispatchEvent(new MouseEvent("click", { bubbles: true }));

beforeEach(() => {
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  el = document.createElement("div");
  document.body.append(el);
  model = new FakeModel();
  stop = widget.render(props(model, el)) as () => void;
});

afterEach(() => {
  stop();
  el.remove();
  vi.unstubAllGlobals();
});

describe("drawing", () => {
  test("says hello to the kernel, so that no click has to wait for a busy cell first", async () => {
    await vi.waitFor(() => expect(model.sent).toEqual([{ hello: true }]));
  });
  test("shows every item of the layout", () => {
    expect([...el.querySelectorAll(".mxw-item")].map((item) => (item as SVGGElement).dataset["key"])).toEqual(["n0", "n1", "n2"]);
  });
  test("is marked as ready after it was painted", async () => {
    await vi.waitFor(() => expect(el.querySelector("[data-ready='1']")).not.toBeNull());
  });
  test("puts names in as text, in the drawing, the panel and the attributes", () => {
    click(find("n1"));
    expect(el.querySelector("img")).toBeNull();
    expect(side().textContent).toContain(EVIL);
    expect(find("n1").getAttribute("aria-label")).toBe(EVIL);
    expect((globalThis as Record<string, unknown>)["broken"]).toBeUndefined();
  });
  test("keeps the notebook's shortcuts away from each element that takes focus", () => {
    click(find("n0"));
    const focusable = el.querySelectorAll("button, input, [tabindex]");
    expect(focusable.length).toBeGreaterThan(8);
    for (const element of focusable) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });
  test("lets Tab reach one item, the arrow keys the others", () => {
    expect(el.querySelectorAll("svg [tabindex='0']").length).toBe(1);
    find("n2").focus();
    expect(find("n2").getAttribute("tabindex")).toBe("0");
    expect(el.querySelectorAll("svg [tabindex='0']").length).toBe(1);
  });
  test("has no accessibility violation that can be found without a screen", async () => {
    click(find("n0"));
    const result = await axe.run(el, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(result.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
  });
});

describe("selecting", () => {
  test("by click shows rows and value, and tells the kernel", () => {
    click(find("n0"));
    expect(side().querySelector("h3")?.textContent).toContain("data");
    expect([...side().querySelectorAll("dd")].map((dd) => dd.textContent)).toEqual(["data", "(2, 3)"]);
    expect(side().querySelector("pre")?.textContent).toBe("[[1. 2. 3.]]\n<NDArray 1x3 @cpu(0)>");
    expect(model.get("selected")).toBe("n0");
    expect(find("n0").getAttribute("aria-pressed")).toBe("true");
  });
  test("marks the lines that touch the item", () => {
    click(find("n0"));
    expect([...el.querySelectorAll(".mxw-wire")].filter((wire) => wire.classList.contains("mxw-near")).length).toBe(1);
  });
  test("by arrow keys follows the focus", () => {
    find("n1").focus();
    expect(press(find("n1"), "ArrowDown").defaultPrevented).toBe(true);
    expect(document.activeElement).toBe(find("n2"));
    expect(model.get("selected")).toBe("n2");
  });
  test("ends with Escape", () => {
    find("n1").focus();
    press(find("n1"), "Escape");
    expect(model.get("selected")).toBe("");
    expect(side().textContent).toContain("Select a node");
  });
  test("leaves keys alone that it has no use for", () => {
    find("n1").focus();
    expect(press(find("n1"), "b").defaultPrevented).toBe(false);
  });
  test("follows the kernel", () => {
    model.receive("selected", "n2");
    expect(find("n2").getAttribute("aria-pressed")).toBe("true");
  });
});

describe("folding", () => {
  test("by a click on the title of an open Block, and back", () => {
    click(find("g0"));
    expect(model.get("folded")).toEqual([0]);
    expect(find("n1")).toBeNull();
    expect(find("g0").getAttribute("aria-expanded")).toBe("false");
    click(find("g0"));
    expect(model.get("folded")).toEqual([]);
    expect(find("n1")).not.toBeNull();
    expect(find("g0").getAttribute("aria-expanded")).toBe("true");
  });
  test("by Enter keeps the focus on the Block", () => {
    find("g0").focus();
    press(find("g0"), "Enter");
    expect(model.get("folded")).toEqual([0]);
    expect(document.activeElement).toBe(find("g0"));
  });
  test("by F folds the Block around a node", () => {
    find("n1").focus();
    press(find("n1"), "f");
    expect(model.get("folded")).toEqual([0]);
    expect(document.activeElement).toBe(find("g0"));
  });
  test("asks the kernel for a layout that was not sent ahead, and says so", () => {
    stop();
    el.replaceChildren();
    model = new FakeModel({ "": open });
    stop = widget.render(props(model, el)) as () => void;
    click(find("g0"));
    expect(model.saves).toBeGreaterThan(0);
    expect(el.querySelector("[role=status]")?.textContent).toContain("Asking the kernel");
    expect(find("n1")).not.toBeNull();
    model.receive("layouts", { "0": closed });
    expect(find("n1")).toBeNull();
    expect(el.querySelector("[role=status]")?.textContent).toBe("");
  });
});

describe("finding", () => {
  test("marks matches, and Enter goes to the next", () => {
    const search = el.querySelector<HTMLInputElement>("input")!;
    search.value = "relu";
    search.dispatchEvent(new Event("input"));
    expect(find("n2").classList.contains("mxw-found")).toBe(true);
    expect(el.querySelector("[role=status]")?.textContent).toContain("1 found");
    press(search, "Enter");
    expect(model.get("selected")).toBe("n2");
  });
});

test("cleaning up stops listening", () => {
  stop();
  expect(model.listening).toBe(0);
});
