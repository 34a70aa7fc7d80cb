import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DIVERGING, GRAYS, NAN_COLOR, OVER_COLOR, parse, raster, SEQUENTIAL, table } from "../../src/shared/color";

beforeEach(() => {
  vi.stubGlobal("ImageData", class {
    readonly data: Uint8ClampedArray;
    constructor(readonly width: number, readonly height: number) {
      this.data = new Uint8ClampedArray(4 * width * height);
    }
  });
});
afterEach(() => void vi.unstubAllGlobals());

const pixel = (image: ImageData, k: number) => [...image.data.slice(4 * k, 4 * k + 4)];

describe("color maps", () => {
  test.each([SEQUENTIAL, DIVERGING, GRAYS].map((stops) => [stops]))("begin and end with their first and last color", (stops) => {
    const colors = table(stops, 5);
    expect([...colors.slice(0, 3)]).toEqual(parse(stops[0]!));
    expect([...colors.slice(-3)]).toEqual(parse(stops.at(-1)!));
  });
  test("run straight between two stops", () => {
    expect([...table(["#000000", "#6496C8"], 3)]).toEqual([0, 0, 0, 50, 75, 100, 100, 150, 200]);
  });
});

describe("a raster", () => {
  test("has one opaque pixel for each number, and stays within the map", () => {
    const image = raster([0, 1, -5, 99], 2, 2, GRAYS, 0, 1);
    expect([0, 1, 2, 3].map((k) => pixel(image, k))).toEqual([[255, 255, 255, 255], [0, 0, 0, 255], [255, 255, 255, 255], [0, 0, 0, 255]]);
  });
  test("gives NaN, infinities and absent numbers colors of their own", () => {
    const image = raster([NaN, Infinity, -Infinity], 4, 1, DIVERGING, -1, 1);
    expect([0, 1, 2, 3].map((k) => pixel(image, k).slice(0, 3))).toEqual([parse(NAN_COLOR), parse(OVER_COLOR), parse(OVER_COLOR), parse(NAN_COLOR)]);
  });
  test("shows the middle of the map where the limits are equal", () => {
    expect(Math.abs(pixel(raster([3], 1, 1, GRAYS, 3, 3), 0)[0]! - 127.5)).toBeLessThanOrEqual(1);
  });
});
