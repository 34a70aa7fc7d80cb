import { describe, expect, test } from "vitest";
import { arrow, clipped, contour, field, gridded, levels, limits, logFloor, quadratic } from "../../src/surface/bowl";
import { between } from "../../src/surface/state";
import { lossText, warning } from "../../src/surface/readings";

// ((w - 2)^2 * 2 + (b - 1)^2) / 2, as five points on y = 2 x + 1 have it
const bowl = quadratic([2, 1, 10, 0, 5, 0, 0, 0, 0.1]);

describe("a quadratic surface", () => {
  test("has the values and slopes of its formula", () => {
    expect(bowl.value(0, 0)).toBeCloseTo(4.5, 12);
    expect(bowl.value(2, 1)).toBe(0);
    expect(bowl.gradient(0, 0).map((slope) => Number(slope.toFixed(9)))).toEqual([-4, -1]);
    expect(bowl.curvatures[0]).toBeCloseTo(1, 12);
    expect(bowl.curvatures[1]).toBeCloseTo(2, 12);
  });
  test("follows a moved point of the data", () => {
    // (0, 1) goes to (0, 6): r from 0 to 5 at u = 0, v = 1
    const moved = bowl.changed({ u: 0, v: 1, r: 0 }, { u: 0, v: 1, r: 5 });
    expect(moved.value(2, 1)).toBeCloseTo(2.5, 12); // 25 / 10
    expect(moved.gradient(2, 2)[1]).toBeCloseTo(0, 12); // the best bias is now 2
    expect(bowl.value(2, 1)).toBe(0);
  });
});

describe("a surface on a grid", () => {
  const grid = gridded(new Float32Array([0, 1, 2, 10, 11, 12, 20, 21, NaN]), [0, 2, 0, 20]);
  test("has straight lines between its places", () => {
    expect(grid.value(0.5, 5)).toBeCloseTo(5.5, 5);
    expect(grid.value(1, 20)).toBe(21);
    expect(grid.gradient(1, 10)).toEqual([1, 1]);
  });
  test("is NaN outside and beside a NaN, not at its neighbors", () => {
    expect(grid.value(-0.1, 5)).toBeNaN();
    expect(grid.value(1.5, 15)).toBeNaN();
    expect(grid.value(2, 10)).toBe(12);
  });
});

test("a field has its first row at the top", () => {
  const plane = { value: (a: number, b: number) => a + 10 * b, gradient: (): [number, number] => [1, 10] };
  expect([...field(plane, [0, 1, 0, 2], 3)]).toEqual([20, 20.5, 21, 10, 10.5, 11, 0, 0.5, 1]);
});

test("limits pass over what is no number", () => {
  expect(limits([3, NaN, -1, Infinity])).toEqual([-1, 3]);
  expect(limits([NaN])).toEqual([0, 1]);
  expect(logFloor(1e-9, 10)).toBe(1e-3);
});

test("levels are round", () => {
  expect(levels(0.4, 7.3, false)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(levels(0.9, 30, true)).toEqual([1, 2, 5, 10, 20]);
  expect(levels(3, 3, false)).toEqual([]);
});

describe("contours", () => {
  const side = 41;
  const disc = Float32Array.from({ length: side * side }, (_, k) => ((k % side) / 20 - 1) ** 2 + (Math.floor(k / side) / 20 - 1) ** 2);
  test("are where the level is", () => {
    const pieces = contour(disc, side, 0.5);
    expect(pieces.length).toBeGreaterThan(4 * 60);
    for (let k = 0; k < pieces.length; k += 2) expect(Math.hypot(pieces[k]! / 20 - 1, pieces[k + 1]! / 20 - 1)).toBeCloseTo(Math.SQRT1_2, 2);
  });
  test("leave out cells with NaN", () => {
    expect(contour([0, 1, NaN, 1], 2, 0.5)).toEqual([]);
  });
  test("take a saddle apart by its middle", () => {
    expect(contour([1, 0, 0, 1], 2, 0.6)).toHaveLength(8);
  });
});

describe("clipping", () => {
  const box = { left: 0, right: 10, top: 0, bottom: 10 };
  test("keeps what is inside", () => {
    expect(clipped([1, 1, 9, 2], box)).toEqual([1, 1, 9, 2]);
    expect(clipped([-10, 5, 5, 5], box)).toEqual([0, 5, 5, 5]);
    expect(clipped([-5, -1, 20, -1], box)).toBeUndefined();
  });
  test("draws no line to what is no number", () => {
    expect(clipped([1, 1, NaN, 2], box)).toBeUndefined();
    expect(clipped([1, 1, Infinity, 2], box)).toBeUndefined();
  });
});

test("an arrow ends at its tip", () => {
  expect(arrow(0, 0, 10, 0, 5)).toBe("M0.0 0.0L10.0 0.0M5.0 3.1L10.0 0.0L5.0 -3.1");
});

test("a value between places lies on a straight line, also outside", () => {
  expect(between([0, 1, 2], [5, 7, 9], 0.25)).toBe(5.5);
  expect(between([0, 1, 2], [5, 7, 9], 3)).toBe(11);
});

test("words warn of a step that is too long, and of no other", () => {
  expect(warning(1.2, 0.833, "sgd")).toContain("lr 1.2 is above 2/curvature = 0.833");
  expect(warning(0.5, 0.833, "sgd")).toBe("");
  expect(warning(0.5, NaN, "adam")).toBe("");
});

test("losses have four digits and no exponent where they can be read", () => {
  expect([67789.3, 119432, 0.0012345, 7.858e9, NaN].map((loss) => lossText(loss))).toEqual(["67790", "119400", "0.001234", "7.858e9", "NaN"]);
});
