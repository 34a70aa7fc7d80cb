// What can be said without a page: arrays, arithmetic, answers, Blocks.
import { describe, expect, it } from "vitest";
import { feedback, isRight, parseNumber } from "../../src/stepper/predict";
import { arithmetic, cellColor, indices, largestEntry, Shelf, shapeText } from "../../src/stepper/shelf";
import { behind, innermost, stepOf } from "../../src/stepper/walk";
import { arrival, heading } from "../../src/stepper/equation";
import { stepsOf, type Step } from "../../src/stepper/model";
import { numbers, table, tiles } from "./fake";

const shelf = new Shelf(table.arrays, numbers, tiles);
const steps = stepsOf(table);

describe("arrays", () => {
  it("come back as cells", () => {
    expect(shelf.get(2)).toMatchObject({ shape: [2, 2], rows: 2, columns: 2, largest: 20, lines: [] });
    expect(Array.from(shelf.get(2)!.cells!)).toEqual([10, 0, 0, -20]);
  });

  it("come back as a tile with what is said of it", () => {
    const grid = shelf.get(4)!;
    expect(grid.cells).toBeUndefined();
    expect(Array.from(grid.tile!)).toEqual([0, 253, 127, 255]);
    expect(grid.lines).toEqual(["-2 … 2", "mean 0.5", "1 NaN, 0 infinite"]);
  });

  it("are undefined where there is none", () => expect(shelf.get(-1)).toBeUndefined());

  it("are indexed as Python does", () => {
    expect(indices([2, 2])).toEqual(["[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"]);
    expect(shapeText([3])).toBe("(3,)");
    expect(shapeText([4, 1])).toBe("(4, 1)");
  });
});

describe("an entry", () => {
  it("is worked out from the products that are not zero", () => {
    expect(arithmetic([1, 2], [10, 0, 0, -20], 2, 1, -40)).toBe("2 · (-20) = -40");
    expect(arithmetic([1, -2], [3, 4], 1, 0, -5)).toBe("1 · 3 + (-2) · 4 = -5");
    expect(arithmetic([1], [0], 1, 0, 0)).toBe("0 = 0");
  });

  it("is chosen by size, past NaN", () => {
    expect(largestEntry([1, -3, 2])).toBe(1);
    expect(largestEntry([NaN, -3, 2])).toBe(1);
  });

  it("has a color for its sign, and another for what is not finite", () => {
    expect(cellColor(1, 1)).toContain("#d55e00");
    expect(cellColor(-1, 1)).toContain("#0072b2");
    expect(cellColor(0, 1)).toBe("var(--mxw-paper)");
    expect(cellColor(NaN, 1)).not.toBe(cellColor(Infinity, 1));
  });
});

describe("an answer", () => {
  const question = steps[2]!.ask!;
  it("is right within two percent, with a comma or a minus sign of any kind", () => {
    for (const text of ["-20", "-20.3", "−20", "-20,1"]) expect(isRight(question, text)).toBe(true);
    for (const text of ["20", "-21", "", "much"]) expect(isRight(question, text)).toBe(false);
    expect(parseNumber("")).toBeNaN();
  });

  it("is answered with what went wrong", () => {
    expect(feedback(question, "-20", [10, -20], [1])).toBe("✓ Right: -20.");
    expect(feedback(question, "20", [10], [1])).toContain("Only the sign is wrong");
    expect(feedback(question, "10", [10], [1])).toContain("That is the local derivative");
    expect(feedback(question, "3", [10], [3])).toContain("That is the upstream gradient");
    expect(feedback(question, "7", [10], [3])).toBe("✗ You said 7; it is -20.");
  });

  it("may be a choice", () => {
    expect(isRight(steps[3]!.ask!, "(40, 40)")).toBe(true);
    expect(feedback(steps[3]!.ask!, "(2,)", [], [])).toBe("✗ You said (2,); it is (40, 40).");
  });
});

describe("the way", () => {
  it("leads behind a Block, and not beyond the end", () => {
    expect(behind(steps, 2)).toBe(4);
    expect(behind(steps, 1)).toBe(2);
    const nested = ["a", "a/b", "c"].map((block) => ({ block }) as Step);
    expect(behind(nested, 0)).toBe(2);
  });

  it("finds the step of a place on the map", () => {
    expect(stepOf(steps, 1)).toBe(2);
    expect(stepOf(steps, 2)).toBe(4);
    expect(stepOf(steps, 9)).toBe(-1);
  });

  it("is told in words", () => {
    expect(innermost("net/dense")).toBe("dense");
    expect(heading(steps[2]!)).toBe("back through p = w * x");
    expect(arrival(steps[4]!)).toBe("The sum of 3 contributions, from steps 3, 4; backward() adds it to w.grad.");
  });
});
