import { describe, expect, test } from "vitest";
import { axes, curve, sign, type Sign } from "../../src/shared/chart";
import { Scale } from "../../src/shared/scale";

const x = new Scale(0, 10, 40, 190);
const y = new Scale(0, 5, 120, 20);

describe("a curve", () => {
  test("is interrupted where a number is not finite", () => {
    const path = curve([0, 1, 2, 3, 4, 5], [1, 2, NaN, 3, 4, Infinity], x, y);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(2);
  });
  test("of NaN alone is empty, and a missing number is a gap", () => {
    expect(curve([0, 1], [NaN, NaN], x, y)).toBe("");
    expect(curve([0, 1, 2], [1, 2], x, y).match(/[ML]/g)).toEqual(["M", "L"]);
  });
  test("stays inside the box", () => {
    const heights = [...curve([0, 1, 2], [-1e9, 2, 1e9], x, y).matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((found) => Number(found[1]));
    expect(heights).toEqual([122, 80, 18]);
  });
});

describe("axes", () => {
  test("show their ticks and labels as text, also where a label is markup", () => {
    const group = axes(x, y, { x: "<b>", y: "loss", title: "a & b", xTicks: 2, yTicks: 2 });
    const texts = [...group.querySelectorAll("text")].map((text) => text.textContent);
    expect(texts).toEqual(["0", "5", "10", "0", "2.5", "5", "<b>", "loss", "a & b"]);
    expect(group.querySelector("b")).toBeNull();
    expect(group.getAttribute("aria-hidden")).toBe("true");
  });
});

test("every sign has an outline of its own", () => {
  const names: Sign[] = ["circle", "square", "triangle", "diamond", "cross", "plus"];
  expect(new Set(names.map((name) => sign(name, 5))).size).toBe(names.length);
  for (const name of names) expect(sign(name, 5)).toMatch(/^M[-\d.].*Z$/);
});
