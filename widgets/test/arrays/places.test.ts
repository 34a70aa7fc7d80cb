import { describe, expect, test } from "vitest";
import { assigned, cellAt, cellOf, choicesOver, corner, grid, indexText, shortest, step, viewOf, type Cell } from "../../src/arrays/places";
import type { Tiles } from "../../src/arrays/model";
import { EVIL, info, tiles } from "./fake";

const blocks: Tiles = { ...tiles, shape: [3, 2, 2], size: [4, 5], block: [2, 3] };
const line: Tiles = { ...tiles, shape: [1, 1, 8], size: [1, 8], grid: [1, 1], total: [], places: [[]], layout: { rows: -1, columns: 0, over: [], fixed: [0], first: 0 } };
const pair: Tiles = { ...tiles, shape: [6, 4, 5], grid: [2, 3], total: [2, 3], places: [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]], layout: { ...tiles.layout, over: [0, 1] } };

describe("cells and pixels", () => {
  test.each([["tiles", tiles], ["blocks", blocks], ["a line", line], ["pairs", pair]] as const)("%s: the middle of each cell leads to that cell, at any width", (_, some) => {
    for (const width of [120, 400, 900]) {
      const at = grid(some, width);
      const [count, rows, columns] = some.shape;
      for (let tile = 0; tile < count; tile += 1) {
        const { x, y } = corner(at, some, tile);
        expect(x + at.wide).toBeLessThanOrEqual(width);
        expect(y + at.tall).toBeLessThanOrEqual(at.height);
        for (let row = 0; row < rows; row += 1) {
          for (let column = 0; column < columns; column += 1) {
            const point = [x + ((column + 0.5) / columns) * at.wide, y + ((row + 0.5) / rows) * at.tall] as const;
            expect(cellAt(at, some, ...point)).toEqual([tile, row, column]);
          }
        }
      }
    }
  });
  test("beside the tiles there is no cell", () => {
    const at = grid(tiles, 400);
    const last = corner(at, tiles, 3);
    expect(cellAt(at, tiles, -5, 20)).toBeUndefined();
    expect(cellAt(at, tiles, 4000, 20)).toBeUndefined();
    expect(cellAt(at, tiles, last.x + 5, last.y + 5)).toBeUndefined();
    expect(cellAt(at, tiles, at.left + at.wide + 2, at.top + 5)).toBeUndefined();
  });
  test("an array without elements has no cell", () => {
    const empty: Tiles = { ...tiles, shape: [0, 1, 1], places: [], grid: [0, 0] };
    expect(grid(empty, 300).height).toBeGreaterThan(0);
    expect(cellAt(grid(empty, 300), empty, 1, 1)).toBeUndefined();
  });
});

describe("steps", () => {
  test.each([
    [[0, 1, 1], 1, 0, [0, 2, 1]], [[0, 0, 4], 0, 1, [1, 0, 0]], [[1, 2, 0], 0, -1, [0, 2, 4]], [[0, 3, 2], 1, 0, [2, 0, 2]],
    [[2, 0, 2], -1, 0, [0, 3, 2]], [[1, 3, 2], 1, 0, [1, 3, 2]], [[0, 0, 0], -1, 0, [0, 0, 0]], [[1, 0, 4], 0, 1, [1, 0, 4]],
    [[2, 0, 4], 0, 1, [2, 0, 4]],
  ] as [Cell, number, number, Cell][])("from %j by (%d, %d) lead to %j", (from, down, right, to) => {
    expect(step(tiles, from, down, right)).toEqual(to);
  });
});

describe("indices", () => {
  test("are written as Python does, a block as a slice that ends with the array", () => {
    expect(indexText(tiles, [2, 3, 4])).toBe("[0, 2, 3, 4]");
    expect(indexText(blocks, [1, 1, 1])).toBe("[0, 1, 2:4, 3:5]");
    expect(indexText(blocks, [1, 0, 0])).toBe("[0, 1, 0:2, 0:3]");
    expect(indexText(line, [0, 0, 5])).toBe("[5]");
    expect(indexText(pair, [5, 1, 2])).toBe("[1, 2, 1, 2]");
  });
  test("lead to the cell that shows them, or to none", () => {
    expect(cellOf(tiles, [0, 2, 3, 4])).toEqual([2, 3, 4]);
    expect(cellOf(blocks, [0, 1, 3, 4])).toEqual([1, 1, 1]);
    expect(cellOf(pair, [1, 2, 1, 2])).toEqual([5, 1, 2]);
    expect(cellOf(tiles, [1, 2, 3, 4])).toBeUndefined();
    expect(cellOf({ ...tiles, places: [[4], [5], [6]] }, [0, 2, 3, 4])).toBeUndefined();
  });
  test("lead to a view that shows them", () => {
    expect(viewOf(tiles.layout, [1, 2, 3, 4])).toEqual({ rows: 2, columns: 3, over: [1], fixed: [1, 2, 3, 4], first: 2 });
  });
});

describe("roles of the axes", () => {
  test("are exchanged rather than doubled", () => {
    expect(assigned(tiles.layout, "rows", 3)).toMatchObject({ rows: 3, columns: 2, over: [1] });
    expect(assigned(tiles.layout, "columns", 1)).toMatchObject({ rows: 2, columns: 1, over: [3] });
    expect(assigned(tiles.layout, "rows", 0)).toMatchObject({ rows: 0, columns: 3, over: [1] });
  });
  test("tiles can go over none, one or two of the others", () => {
    expect(choicesOver(info, tiles.layout)).toEqual([["", "one tile"], ["0", "batch"], ["1", EVIL], ["0,1", `batch × ${EVIL}`], ["1,0", `${EVIL} × batch`]]);
  });
});

test.each([[0.1, "0.1"], [Math.fround(0.1), "0.1"], [Math.fround(1 / 3), "0.33333334"], [16777216, "16777216"], [-0.5, "-0.5"], [NaN, "NaN"], [-Infinity, "-Inf"]])(
  "a 32-bit float %d is printed shortest, as %s", (value, text) => {
    expect(shortest(Math.fround(value))).toBe(text);
  });
