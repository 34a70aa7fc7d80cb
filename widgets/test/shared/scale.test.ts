import { describe, expect, test } from "vitest";
import { Scale } from "../../src/shared/scale";

const close = (found: number[], expected: number[]) => {
  expect(found.length).toBe(expected.length);
  found.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 9));
};

describe("a scale", () => {
  test("maps its ends, and its inverse leads back", () => {
    for (const scale of [new Scale(0, 10, 0, 100), new Scale(-3, 3, 200, 20), new Scale(0.01, 100, 0, 80, true)]) {
      expect(scale.at(scale.low)).toBeCloseTo(scale.start);
      expect(scale.at(scale.high)).toBeCloseTo(scale.end);
      expect(scale.at(scale.inverse((scale.start + scale.end) / 3))).toBeCloseTo((scale.start + scale.end) / 3);
    }
  });
  test("puts what a logarithm does not have at its start, and leaves NaN alone", () => {
    expect(new Scale(1, 1000, 5, 30, true).at(0)).toBe(5);
    expect(new Scale(0, 1, 0, 10).at(NaN)).toBeNaN();
  });
  test("around numbers shows the finite ones with a margin, as the static form does", () => {
    const bounds = (values: number[], log = false) => {
      const { low, high } = Scale.around(values, 0, 100, log);
      return [low, high];
    };
    close(bounds([0, 10]), [-0.5, 10.5]);
    close(bounds([]), [0, 1]);
    close(bounds([NaN, Infinity]), [0, 1]);
    close(bounds([3, 3]), [2.5, 3.5]);
    close(bounds([], true), [0.1, 10]);
    close(bounds([5], true), [0.5, 50]);
    close(bounds([-1, 1, 100], true), [100 ** -0.05, 100 ** 1.05]);
  });
  test("has round ticks inside its interval, as the static form has", () => {
    close(new Scale(0, 10, 0, 1).ticks(5), [0, 2, 4, 6, 8, 10]);
    close(new Scale(-1, 1, 0, 1).ticks(4), [-1, -0.5, 0, 0.5, 1]);
    close(new Scale(0.013, 0.094, 0, 1).ticks(4), [0.025, 0.05, 0.075]);
    expect(new Scale(-0.3, 0.3, 0, 1).ticks(6).map(String)).toEqual(["-0.3", "-0.2", "-0.1", "0", "0.1", "0.2", "0.3"]);
    close(new Scale(0.5, 2000, 0, 1, true).ticks(5), [1, 10, 100, 1000]);
    close(new Scale(1e-9, 1e9, 0, 1, true).ticks(5), [1e-9, 1e-5, 1e-1, 1e3, 1e7]);
  });
});
