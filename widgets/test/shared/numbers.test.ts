import { describe, expect, test } from "vitest";
import { countText, floats, numberText } from "../../src/shared/numbers";

describe("numbers for a reader", () => {
  const cases: [number, number, string][] = [
    [0, 4, "0"], [-0, 4, "0"], [0.25, 4, "0.25"], [1200, 4, "1200"], [3.14159, 4, "3.142"], [3.14159, 3, "3.14"],
    [99999, 4, "99999"], [123456, 4, "1.235e5"], [1.2e-7, 4, "1.2e-7"], [0.00123, 4, "0.00123"], [-5.5, 4, "-5.5"],
    [NaN, 4, "NaN"], [Infinity, 4, "∞"], [-Infinity, 4, "-∞"], [1e300, 4, "1e300"],
  ];
  test.each(cases)("%d with %d digits is %s, as in the static form", (value, digits, text) => {
    expect(numberText(value, digits)).toBe(text);
  });
  test("whole numbers have thin gaps between thousands", () => {
    expect([0, 999, 1000, 1234567].map(countText)).toEqual(["0", "999", "1\u202f000", "1\u202f234\u202f567"]);
  });
});

describe("numbers from the kernel", () => {
  test("are read from a view with any offset", () => {
    const bytes = new ArrayBuffer(24);
    for (const offset of [0, 4, 5, 7]) {
      const view = new DataView(bytes, offset, 12);
      [1.5, -2, NaN].forEach((value, k) => view.setFloat32(4 * k, value, true));
      expect([...floats(view)]).toEqual([1.5, -2, NaN]);
    }
  });
  test("are none where there is no view, or an empty one", () => {
    expect(floats(undefined)).toHaveLength(0);
    expect(floats(new DataView(new ArrayBuffer(8), 3, 0))).toHaveLength(0);
  });
});
