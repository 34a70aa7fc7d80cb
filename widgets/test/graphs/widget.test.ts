import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import widget from "../../src/graphs/index";
import { closed, details, EVIL, FakeModel, items, open, props, wide } from "./fake";

let el: HTMLElement;
let model: FakeModel;
let stop: () => void;

const start = (next: FakeModel) => {
  stop();
  el.replaceChildren();
  model = next;
  stop = widget.render(props(model, el)) as () => void;
};
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
    click(find("n1")); // has a button to its line
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
    expect(side().querySelector(".mxw-name")?.textContent).toContain("data");
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
    expect(side().textContent).toContain("Point at a node");
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
    start(new FakeModel({ "": open }));
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

  test("finds what is folded away by asking the kernel, and opens the way to it", async () => {
    model.set("folded", [0]);
    const search = el.querySelector<HTMLInputElement>("input")!;
    search.value = "relu";
    search.dispatchEvent(new Event("input"));
    expect(el.querySelector("[role=status]")?.textContent).toBe("0 found");
    await vi.waitFor(() => expect(model.get("query")).toBe("relu"));
    model.receive("hits", ["relu", [["n2", [0]]]]);
    expect(el.querySelector("[role=status]")?.textContent).toContain("1 found, in folded Blocks");
    press(search, "Enter");
    expect(model.get("folded")).toEqual([]);
    expect(model.get("selected")).toBe("n2");
  });
});

describe("pointing", () => {
  const move = (target: Element) =>
    target.dispatchEvent(new MouseEvent("pointermove", { bubbles: true, clientX: 5, clientY: 5 }));

  test("shows a card with shape, value and line, and leaves the selection alone", async () => {
    move(find("n0"));
    const card = el.querySelector<HTMLElement>(".mxw-hover")!;
    await vi.waitFor(() => expect(card.hidden).toBe(false));
    expect(card.textContent).toContain("(2, 3)");
    expect(card.textContent).toContain("[[1. 2. 3.]]");
    expect(model.get("selected")).toBe("");
    move(el.querySelector(".mxw-stage")!);
    expect(card.hidden).toBe(true);
  });
  test("puts names in as text", async () => {
    move(find("n1"));
    const card = el.querySelector<HTMLElement>(".mxw-hover")!;
    await vi.waitFor(() => expect(card.textContent).toContain(EVIL));
    expect(el.querySelector("img")).toBeNull();
  });
});

describe("details that were not sent", () => {
  test("are asked for once, and shown when they come", () => {
    const bare = new FakeModel();
    bare.state.details = {};
    start(bare);
    click(find("n0"));
    expect(model.get("wanted")).toBe("n0");
    expect(side().textContent).toContain("The kernel is asked");
    model.receive("details", { n0: details["n0"]! });
    expect(side().querySelector("pre")?.textContent).toContain("[[1. 2. 3.]]");
  });
});

describe("the line of code", () => {
  test("of a cell is a button that says where it is when the page does not show it", () => {
    click(find("n1"));
    const go = side().querySelector<HTMLButtonElement>("button.mxw-jump")!;
    expect(go.textContent).toContain("cell In[3], line 2");
    click(go);
    expect(el.querySelector("[role=status]")?.textContent).toContain("does not show cell In[3], line 2");
  });
  test("of a file is text", () => {
    click(find("n2"));
    expect(side().querySelector("button.mxw-jump")).toBeNull();
    expect(side().querySelector("code")?.textContent).toBe("y = x.relu()");
    press(find("n2"), "Enter");
    expect(el.querySelector("[role=status]")?.textContent).toContain("line 7: y = x.relu()");
  });
  test("is lit up in the notebook by Enter", () => {
    const notebook = Object.assign(document.createElement("div"), { className: "jp-Notebook" });
    const cell = Object.assign(document.createElement("div"), { className: "jp-CodeCell" });
    const prompt = Object.assign(document.createElement("div"), { className: "jp-InputPrompt", textContent: "[3]:" });
    const editor = Object.assign(document.createElement("div"), { className: "jp-InputArea-editor" });
    for (const text of ["with record():", EVIL]) editor.append(Object.assign(document.createElement("div"), { className: "cm-line", textContent: text }));
    const lit: unknown[] = [];
    const line = editor.lastElementChild as HTMLElement;
    Object.assign(line, { scrollIntoView: () => lit.push("scrolled"), animate: () => lit.push("lit") });
    el.before(notebook);
    cell.append(prompt, editor, el);
    notebook.append(cell);
    find("n1").focus();
    press(find("n1"), "Enter");
    expect(lit).toEqual(["scrolled", "lit"]);
    expect(el.querySelector("[role=status]")?.textContent).toBe("Marked: cell In[3], line 2");
    notebook.remove();
    document.body.append(el);
  });
});

describe("more than a hundred items", () => {
  const many = 120;
  beforeEach(() => {
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    const large = new FakeModel({ "": wide(many), "0": closed });
    for (let k = 0; k < many; k += 1) large.state.items[`n${k}`] ??= ["operator", `op ${k}`, "", `operator: op ${k}`, 100];
    start(large);
  });
  afterEach(() => vi.restoreAllMocks());

  test("are drawn on a canvas, with a tree for the keyboard and the ear", () => {
    expect(el.querySelector("canvas")).not.toBeNull();
    const tree = el.querySelector("[role=tree]")!;
    expect(tree.querySelectorAll("[role=treeitem]").length).toBe(many + 1);
    expect(tree.querySelectorAll("[tabindex='0']").length).toBe(1);
    const first = find("n0");
    expect(first.textContent).toBe(items["n0"]![3]);
    expect(first.getAttribute("aria-level")).toBe("2");
    for (const element of tree.children) expect(element.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });
  test("are walked through by arrow keys, and selected", () => {
    find("n3").focus();
    press(find("n3"), "ArrowDown");
    expect(document.activeElement).toBe(find("n13"));
    expect(find("n13").getAttribute("aria-selected")).toBe("true");
    expect(model.get("selected")).toBe("n13");
    expect(model.get("wanted")).toBe("n13");
  });
  test("are found where they are by the mouse", () => {
    const stage = el.querySelector(".mxw-stage")!;
    const at = (x: number, y: number) => stage.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: x, clientY: y }));
    press(find("n0"), "0"); // the whole: 1200 units in 640 pixels
    const scale = 640 / 1200;
    at((10 + 110 * 4 + 50) * scale, (30 + 60 * 2 + 20) * scale);
    expect(model.get("selected")).toBe("n24");
  });
  test("turn into elements again when they are folded", () => {
    find("g0").focus();
    press(find("g0"), "Enter");
    expect(el.querySelector("canvas")).toBeNull();
    expect(find("n0").tagName).toBe("g");
    expect(document.activeElement).toBe(find("g0"));
  });
  test("have no accessibility violation", async () => {
    const result = await axe.run(el, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(result.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
  });
});

test("cleaning up stops listening", () => {
  stop();
  expect(model.listening).toBe(0);
});
