import { describe, expect, test } from "vitest";
import { groupOf, stateKey, toggled } from "../../src/graphs/folds";
import { step, stops } from "../../src/graphs/walk";
import { fit, LARGEST, reveal, SMALLEST, zoom } from "../../src/shared/viewport";
import { Book } from "../../src/graphs/model";
import { ending } from "../../src/graphs/paths";
import { findLine } from "../../src/graphs/cell";
import { findSeen, merge, verdict } from "../../src/graphs/finding";
import { FakeModel, open } from "./fake";

describe("fold states", () => {
  const groups = [-1, 0, 0];

  test("are named by the groups that are seen to be closed, as in Python", () => {
    expect(stateKey(groups, [])).toBe("");
    expect(stateKey(groups, [2, 1])).toBe("1,2");
    expect(stateKey(groups, [0, 1, 2])).toBe("0");
  });
  test("sort numbers, not texts", () => {
    const many = Array.from({ length: 12 }, () => -1);
    expect(stateKey(many, [10, 9, 2])).toBe("2,9,10");
  });
  test("toggle one group", () => {
    expect(toggled([1], 0)).toEqual([0, 1]);
    expect(toggled([0, 1], 0)).toEqual([1]);
  });
  test("know a group's key from a node's", () => {
    expect(groupOf("g12")).toBe(12);
    expect(groupOf("n12")).toBe(-1);
  });
});

describe("the view", () => {
  test("shows a small drawing whole and in its own size", () => {
    expect(fit({ width: 200, height: 100 }, { width: 600, height: 300 })).toEqual({ x: 200, y: 100, scale: 1 });
  });
  test("shows the top of a tall drawing at a readable size", () => {
    const view = fit({ width: 300, height: 5000 }, { width: 600, height: 500 });
    expect(view.scale).toBeCloseTo(0.8);
    expect(view.y).toBe(0);
  });
  test("shows all of a tall drawing where that is asked for", () => {
    const view = fit({ width: 300, height: 1000 }, { width: 600, height: 500 }, true);
    expect(view).toEqual({ x: 225, y: 0, scale: 0.5 });
  });
  test("zooms about a point that stays where it is", () => {
    const view = zoom({ x: 10, y: 20, scale: 1 }, 2, { x: 110, y: 120 });
    expect(view).toEqual({ x: -90, y: -80, scale: 2 });
  });
  test("has a largest and a smallest scale", () => {
    expect(zoom({ x: 0, y: 0, scale: 1 }, 1e9, { x: 0, y: 0 }).scale).toBe(LARGEST);
    expect(zoom({ x: 0, y: 0, scale: 1 }, 1e-9, { x: 0, y: 0 }).scale).toBe(SMALLEST);
  });
  test("moves just so far that a box is seen", () => {
    const view = { x: 0, y: 0, scale: 1 };
    const window = { width: 100, height: 100 };
    expect(reveal(view, { x: 30, y: 30, width: 10, height: 10 }, window)).toEqual(view);
    expect(reveal(view, { x: 30, y: 200, width: 10, height: 10 }, window).y).toBe(100 - 16 - 210);
    expect(reveal(view, { x: -50, y: 30, width: 10, height: 10 }, window).x).toBe(66);
  });
});

describe("walking", () => {
  const all = stops(new Book(new FakeModel()), open);
  const at = (key: string) => all.find((stop) => stop.key === key)!;

  test("reads from top to bottom, with the titles of open Blocks", () => {
    expect(all.map((stop) => stop.key)).toEqual(["n0", "g0", "n1", "n2"]);
  });
  test("goes to the nearest box in a direction", () => {
    expect(step(all, at("n0"), "ArrowDown")?.key).toBe("g0");
    expect(step(all, at("n1"), "ArrowDown")?.key).toBe("n2");
    expect(step(all, at("n2"), "ArrowUp")?.key).toBe("n1");
  });
  test("stays at the end", () => {
    expect(step(all, at("n2"), "ArrowDown")).toBeUndefined();
  });
});

describe("the book", () => {
  test("keeps what came before", () => {
    const model = new FakeModel();
    const book = new Book(model);
    model.state.items = { n9: ["operator", "late", "", "late", 100] };
    model.state.details = {};
    book.read();
    expect(book.item("n9")[1]).toBe("late");
    expect(book.item("n0")[1]).toBe("data");
    expect(book.detail("n0")?.rows[0]).toEqual(["name", "data"]);
  });
  test("knows the path of a Block by the names around it", () => {
    const model = new FakeModel();
    model.state.graph = { ...model.state.graph, parents: [-1, 0, 1], names: "net\nstage0\nconv1" };
    expect(new Book(model).path(2)).toBe("net/stage0/conv1");
  });
});

describe("the end of a line", () => {
  test("that runs straight down", () => {
    expect(ending("M10 20V80")).toEqual({ x0: 10, y0: 20, x: 10, y: 80, dx: 0, dy: 1 });
  });
  test("that runs up", () => {
    expect(ending("M10 80V20").dy).toBe(-1);
  });
  test("that bends, and goes on straight", () => {
    const end = ending("M10 20C10 40 50.5 40 50.5 60V-8");
    expect([end.x, end.y, end.dx, end.dy]).toEqual([50.5, -8, 0, -1]);
  });
  test("that arrives from the side", () => {
    const end = ending("M0 0C24 0 76 30 100 30");
    expect([end.x, end.y, end.dx, end.dy]).toEqual([100, 30, 1, 0]);
  });
});

describe("the line of a cell", () => {
  const cell = (prompt: string, ...lines: string[]) => {
    const element = document.createElement("div");
    element.className = "jp-CodeCell";
    const label = Object.assign(document.createElement("div"), { className: "jp-InputPrompt", textContent: prompt });
    const editor = Object.assign(document.createElement("div"), { className: "jp-InputArea-editor" });
    for (const text of lines) editor.append(Object.assign(document.createElement("div"), { className: "cm-line", textContent: text }));
    element.append(label, editor);
    return element;
  };
  const notebook = (...cells: HTMLElement[]) => {
    const root = Object.assign(document.createElement("div"), { className: "jp-Notebook" });
    root.append(...cells);
    return root;
  };
  const source = { place: "In[3]", prompt: 3, line: 2, text: "y = nd.dot(x, w)" };

  test("is found by the number of the cell, indented or not", () => {
    const root = notebook(cell("[1]:", "a", "y = nd.dot(x, w)"), cell("[3]:", "with record():", "    y = nd.dot(x, w)"));
    const spot = findLine(root.lastElementChild!, source);
    expect(spot?.exact).toBe(true);
    expect(spot?.line.textContent).toBe("    y = nd.dot(x, w)");
  });
  test("is found by its text where the cell has run again", () => {
    const root = notebook(cell("[4]:", "with record():", "    y = nd.dot(x, w)"), cell("[3]:", "other", "cell"));
    expect(findLine(root, source)?.line.parentElement?.parentElement).toBe(root.firstElementChild);
  });
  test("is found where lines were put in before it", () => {
    const root = notebook(cell("[3]:", "# new", "with record():", "    y = nd.dot(x, w)"));
    expect(findLine(root, source)).toMatchObject({ exact: true, line: { textContent: "    y = nd.dot(x, w)" } });
  });
  test("is not exact where the cell has changed", () => {
    const root = notebook(cell("[3]:", "with record():", "    y = nd.dot(x, v)"));
    expect(findLine(root, source)).toMatchObject({ exact: false, line: { textContent: "    y = nd.dot(x, v)" } });
  });
  test("is not found where the page does not show the cell", () => {
    expect(findLine(notebook(cell("[ ]:", "y")), source)).toBeUndefined();
    expect(findLine(document.createElement("div"), source)).toBeUndefined();
  });
});

describe("the search", () => {
  const book = new Book(new FakeModel());
  const places = stops(book, open);

  test("looks at titles, names and rows", () => {
    expect(findSeen(book, places, "RELU").map((each) => each.key)).toEqual(["n2"]);
    expect(findSeen(book, places, "(2, 3)").map((each) => each.key)).toEqual(["n0", "n2"]);
    expect(findSeen(book, places, "  ")).toEqual([]);
  });
  test("adds what the kernel found in folded Blocks, to the same question only", () => {
    const seen = findSeen(book, places, "relu");
    const found = merge(seen, ["relu", [["n2", [0]], ["n7", [0, 1]]]], "relu", places);
    expect(found).toEqual([{ key: "n2", groups: [] }, { key: "n7", groups: [0, 1] }]);
    expect(merge(seen, ["rel", [["n7", [0]]]], "relu", places)).toEqual(seen);
    expect(verdict(found)).toBe("2 found, 1 of them in folded Blocks; Enter goes to the next one");
    expect(verdict([])).toBe("0 found");
  });
});
