import { describe, expect, test } from "vitest";
import { groupOf, stateKey, toggled } from "../../src/graphs/folds";
import { step, stops } from "../../src/graphs/walk";
import { fit, LARGEST, reveal, SMALLEST, zoom } from "../../src/shared/viewport";
import { open, table } from "./fake";

describe("fold states", () => {
  const groups = [{ parent: -1, path: "net" }, { parent: 0, path: "net/a" }, { parent: 0, path: "net/b" }];

  test("are named by the groups that are seen to be closed, as in Python", () => {
    expect(stateKey(groups, [])).toBe("");
    expect(stateKey(groups, [2, 1])).toBe("1,2");
    expect(stateKey(groups, [0, 1, 2])).toBe("0");
  });
  test("sort numbers, not texts", () => {
    const many = Array.from({ length: 12 }, (_, k) => ({ parent: -1, path: `${k}` }));
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
  const all = stops(table, open);
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
