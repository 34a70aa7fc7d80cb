import { describe, expect, test } from "vitest";
import { Scale } from "../../src/shared/scale";
import { between, decades, duration, factor, factors, rate, sizeTicks, spread } from "../../src/timing/units";

describe("texts", () => {
  test("durations are those of mxlearn_widgets.timing.words", () => {
    expect([4.2e-8, 4.56e-5, 0.00123, 0.999999, 12].map(duration)).toEqual(["42 ns", "45.6 µs", "1.23 ms", "1 s", "12 s"]);
    expect(duration(null)).toBe("not measured");
    expect(duration(NaN)).toBe("not measured");
    expect(duration(0)).toBe("0 ns");
  });
  test("an interval that is not known is no text", () => {
    expect(between(1e-3, 2e-3)).toBe("1 ms to 2 ms");
    expect(between(null, null)).toBe("");
  });
  test("rates have a prefix", () => {
    expect([3.12e11, 5e13, 12].map((v) => rate(v, "FLOP"))).toEqual(["312 GFLOP/s", "50 TFLOP/s", "12 FLOP/s"]);
  });
  test("factors below 1 are fractions", () => {
    expect([10, 1, 0.5, 1 / 3].map(factor)).toEqual(["10 ×", "1 ×", "1/2", "1/3"]);
  });
});

describe("ticks", () => {
  test("are powers of ten on a long axis of time, and finer on a short one", () => {
    expect(decades(new Scale(8e-7, 1.5e-2, 300, 0, true))).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2]);
    expect(decades(new Scale(1e-3, 6e-3, 300, 0, true))).toEqual([1e-3, 2e-3, 5e-3]);
  });
  test("of factors hold 1, and have room for their text", () => {
    for (const [low, high] of [[0.01, 200], [0.6, 1.3], [0.9, 50], [0.3, 1.25]] as const) {
      const scale = new Scale(low, high, 280, 34, true);
      const found = factors(scale);
      expect(found).toContain(1);
      const at = found.map((v) => scale.at(v)).sort((a, b) => a - b);
      for (let k = 1; k < at.length; k += 1) expect(at[k]! - at[k - 1]!).toBeGreaterThanOrEqual(16);
    }
  });
  test("of sizes are measured sizes, the largest among them", () => {
    const scale = new Scale(16, 2048, 0, 100, true);
    const found = sizeTicks([16, 32, 64, 128, 256, 512, 1024, 2048], scale);
    expect(found).toContain(2048);
    expect(found.length).toBeLessThan(5);
  });
  test("of sizes with many digits do not touch", () => {
    expect(sizeTicks([10, 100, 1000, 10_000, 100_000, 1_000_000], new Scale(10, 1e6, 0, 180, true))).toEqual([1_000_000, 10_000, 100, 10]);
  });
});

describe("places of names", () => {
  test("keep their order and their distance, and stay inside", () => {
    const places = spread([50, 52, 51, 299], 16, 0, 300);
    expect(places[0]!).toBeLessThan(places[2]!);
    expect(places[2]!).toBeLessThan(places[1]!);
    const sorted = [...places].sort((a, b) => a - b);
    for (let k = 1; k < 4; k += 1) expect(sorted[k]! - sorted[k - 1]!).toBeGreaterThanOrEqual(16);
    expect(Math.max(...places)).toBeLessThanOrEqual(300);
  });
  test("that have room are left where they are", () => {
    expect(spread([100, 10, 200], 16, 0, 300)).toEqual([100, 10, 200]);
  });
});
