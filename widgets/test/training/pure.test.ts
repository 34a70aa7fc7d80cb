import { describe, expect, test } from "vitest";
import { move } from "../../src/training/mistakes";
import { clockText, nearest, smoothed, unpack } from "../../src/training/model";
import { monitor } from "./fake";

describe("curves", () => {
  test("are unpacked one after the other", () => {
    const [loss, val] = unpack(monitor().curves, monitor().points);
    expect([...loss!.x]).toEqual([1, 2, 3, 4]);
    expect([...loss!.bad]).toEqual([0, 0, 1, 0]);
    expect([...val!.mean]).toEqual([1.5]);
  });
  test("of a kernel that sent nothing yet are empty", () => {
    expect(unpack([], undefined)).toEqual([]);
  });
  test("are smoothed by the mean of the last steps, as in Python", () => {
    expect([...smoothed([1, 2, 3, 4], [4, 2, NaN, 6], 2)]).toEqual([4, 3, 2, 6]);
    expect([...smoothed([1, 2], [NaN, NaN], 2)]).toEqual([NaN, NaN]);
  });
});

describe("the nearest place", () => {
  test.each([[-5, 0], [1.4, 0], [1.6, 1], [9, 3]])("to %d is %d", (step, place) => {
    expect(nearest([1, 2, 4, 8], step)).toBe(place);
  });
  test("of none is -1", () => expect(nearest([], 3)).toBe(-1));
});

test.each([[0, "0:00"], [7.9, "0:07"], [750, "12:30"], [3723, "1:02:03"]])("%d seconds read %s", (seconds, text) => {
  expect(clockText(seconds)).toBe(text);
});

describe("arrow keys in a grid of 3 columns and 7 places", () => {
  test.each([["ArrowRight", 0, 1], ["ArrowRight", 2, undefined], ["ArrowLeft", 3, undefined], ["ArrowDown", 3, 6], ["ArrowDown", 5, undefined], ["ArrowUp", 1, undefined], ["Home", 5, 0], ["End", 0, 6], ["x", 0, undefined]])("%s at %d leads to %s", (key, at, next) => {
    expect(move(key as string, at as number, 7, 3)).toBe(next);
  });
});
