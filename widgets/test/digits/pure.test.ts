import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { likeliest, percent, shown } from "../../src/digits/bars";
import { stroke } from "../../src/digits/brush";
import { strongest } from "../../src/digits/input";
import { matrix, short } from "../../src/digits/matrix";
import { Pacer, PATIENCE } from "../../src/digits/pacer";
import { readable, rgb, stopsOf } from "../../src/digits/pixels";
import { corner, grid, hit } from "../../src/digits/strip";
import { DIVERGING, SEQUENTIAL } from "../../src/shared/color";

describe("the brush", () => {
  const drawn = (from: [number, number], to: [number, number], radius: number, size = 9): Uint8Array => {
    const ink = new Uint8Array(size * size);
    stroke(ink, size, { x: from[0], y: from[1] }, { x: to[0], y: to[1] }, radius);
    return ink;
  };
  test("a point is a disk: full inside, none outside, gray on the edge", () => {
    const ink = drawn([4.5, 4.5], [4.5, 4.5], 2);
    expect(ink[4 * 9 + 4]).toBe(255);
    expect(ink[4 * 9 + 6]).toBe(Math.round(255 * 0.5)); // two pixels from the middle: half covered
    expect(ink[4 * 9 + 7]).toBe(0);
    expect(ink[0]).toBe(0);
    const area = ink.reduce((sum, value) => sum + value / 255, 0);
    expect(Math.abs(area - Math.PI * 4)).toBeLessThan(0.6); // 5 % of the disk
  });
  test("a line is as thick everywhere, and the same from both ends", () => {
    const ink = drawn([1.5, 4.5], [7.5, 4.5], 1.5);
    expect(drawn([7.5, 4.5], [1.5, 4.5], 1.5)).toEqual(ink);
    for (let x = 2; x < 7; x += 1) expect([3, 4, 5].map((y) => ink[y * 9 + x])).toEqual([255, 255, 255]);
  });
  test("strokes that overlap do not get darker, and ink over the border is left out", () => {
    const ink = drawn([0, 0], [0, 0], 3);
    const before = ink.slice();
    stroke(ink, 9, { x: 0, y: 0 }, { x: 0, y: 0 }, 3);
    expect(ink).toEqual(before);
    stroke(ink, 9, { x: -50, y: -50 }, { x: -40, y: -40 }, 3);
    expect(ink).toEqual(before);
  });
});

describe("the pacer", () => {
  let sent: number;
  let pacer: Pacer;
  beforeEach(() => {
    vi.useFakeTimers();
    sent = 0;
    pacer = new Pacer(() => {
      sent += 1;
    }, () => Date.now());
  });
  afterEach(() => vi.useRealTimers());
  test("sends the first two questions at once, and of those that come meanwhile only the latest", () => {
    for (let k = 0; k < 50; k += 1) pacer.want();
    expect(sent).toBe(2);
    pacer.answered(false);
    expect(sent).toBe(2); // not in the message's own turn
    vi.advanceTimersByTime(1);
    expect(sent).toBe(3);
    pacer.answered(true);
    vi.advanceTimersByTime(5 * PATIENCE);
    expect(sent).toBe(3); // nothing new
  });
  test("has room for two again once all are answered", () => {
    for (let k = 0; k < 3; k += 1) pacer.want();
    pacer.answered(true);
    vi.advanceTimersByTime(1);
    pacer.want();
    pacer.want();
    expect(sent).toBe(4);
  });
  test("asks again where no answer comes: the kernel may be busy", () => {
    for (let k = 0; k < 3; k += 1) pacer.want();
    vi.advanceTimersByTime(PATIENCE + 1);
    expect(sent).toBe(3);
    vi.advanceTimersByTime(5 * PATIENCE);
    expect(sent).toBe(3);
  });
  test("says nothing after its end", () => {
    for (let k = 0; k < 3; k += 1) pacer.want();
    pacer.stop();
    vi.advanceTimersByTime(5 * PATIENCE);
    expect(sent).toBe(2);
  });
});

describe("tiles", () => {
  const maps = { cells: false, count: 40, height: 4, width: 4 };
  const cells = { cells: true, count: 200, height: 1, width: 1 };
  test.each([[maps, 300], [maps, 900], [{ ...maps, count: 3 }, 600], [cells, 700], [{ ...cells, count: 10 }, 700]] as const)("fit their room and are found where they are", (layer, room) => {
    const laid = grid(layer, room);
    expect(laid.line * (laid.width + laid.gap)).toBeLessThanOrEqual(room + 0.01);
    for (let k = 0; k < layer.count; k += 1) {
      const [x, y] = corner(laid, k);
      expect(hit(laid, layer.count, x + laid.width / 2, y + laid.height / 2)).toBe(k);
    }
    expect(hit(laid, layer.count, room + 50, 5)).toBe(-1);
    expect(hit(laid, layer.count, 5, laid.lines * (laid.height + 2) + 5)).toBe(-1);
  });
  test("keep the proportions of their maps", () => {
    const laid = grid({ cells: false, count: 2, height: 3, width: 6 }, 600);
    expect(laid.height / laid.width).toBeCloseTo(0.5);
  });
});

describe("words", () => {
  test.each([[0, "0 %"], [0.004, "<1 %"], [0.005, "1 %"], [0.976, "98 %"], [1, "100 %"], [NaN, "NaN"]])("a probability of %s is %s", (share, text) => expect(percent(share)).toBe(text));
  test("the likeliest is the first of equals, and none where one is NaN", () => {
    expect(likeliest([0.2, 0.4, 0.4])).toBe(1);
    expect(likeliest([0.2, NaN, 0.4])).toBe(-1);
    expect(likeliest([])).toBe(-1);
  });
  test("of many classes the ten likeliest are shown", () => {
    expect(shown([0.1, 0.9])).toEqual([0, 1]);
    expect(shown(Array.from({ length: 26 }, (_, k) => k))).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
  });
  test.each([[0, "0"], [0.126, "0.13"], [-0.002, "≈0"], [12.34, "12.3"], [-123.4, "-123"], [4567, "5e3"], [NaN, "NaN"], [-Infinity, "-∞"]])("%s in little room is %s", (value, text) => expect(short(value)).toBe(text));
  test("the strongest places of an overlay have numbers", () => {
    expect(strongest([0, 0.5, -0.25, 0], 2)).toBe("most 0.5 at row 0, column 1; least -0.25 at row 1, column 0");
    expect(strongest([0, 0, 0, 0], 2)).toBe("zero everywhere");
  });
});

describe("a matrix", () => {
  test("has its numbers as text, exact ones on hover, and all of them in its label", () => {
    const root = matrix([0.123456, -2, 0, 1], 2, 2, { title: "kernel", stops: DIVERGING, low: -2, high: 2, mark: 1 });
    expect([...root.querySelectorAll(".mxw-matrix-number")].map((text) => text.textContent)).toEqual(["0.12", "-2.00", "0", "1.00"]);
    expect(root.querySelector("title")?.textContent).toBe("0.123456");
    expect(root.getAttribute("aria-label")).toBe("kernel, 2 by 2: 0.12 -2.00; 0 1.00");
    expect(root.querySelectorAll(".mxw-matrix-mark").length).toBe(1);
  });
  test("says what lies outside of the image", () => {
    const root = matrix([0, 5], 1, 2, { title: "patch", stops: SEQUENTIAL, low: 0, high: 5, inside: [0, 1] });
    expect(root.getAttribute("aria-label")).toBe("patch, 1 by 2: pad 5.00");
  });
  test("of many columns has colors alone", () => {
    expect(matrix(new Array(121).fill(1), 11, 11, { title: "k", stops: SEQUENTIAL, low: 0, high: 1 }).querySelectorAll(".mxw-matrix-number").length).toBe(0);
  });
});

describe("colors", () => {
  test("of the theme are read in both forms", () => {
    expect(rgb("rgb(1, 20, 255)")).toEqual([1, 20, 255]);
    expect(rgb("rgba(1, 20, 255, 0.5)")).toEqual([1, 20, 255]);
    expect(rgb("color(srgb 0 0.2 1)")).toEqual([0, 51, 255]);
  });
  test("have text that is read on them", () => {
    expect(readable([255, 255, 255])).toBe("#000");
    expect(readable([8, 38, 79])).toBe("#fff");
  });
  test("are signed where there are numbers below zero", () => {
    expect(stopsOf(-1)).toBe(DIVERGING);
    expect(stopsOf(0)).toBe(SEQUENTIAL);
  });
});
