import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Frame, onFrame, type Notices } from "../../src/shared/frame";

const EVIL = "<img src=x onerror=1>";

class FakeModel {
  notice = "";
  readonly sent: unknown[] = [];
  readonly listeners = new Map<string, Set<() => void>>();
  get(name: keyof Notices): string {
    return this[name];
  }
  send(message: unknown): void {
    this.sent.push(message);
  }
  on(name: string, act: () => void): void {
    this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(act));
  }
  off(name: string, act: () => void): void {
    this.listeners.get(name)?.delete(act);
  }
  receive(notice: string): void {
    this.notice = notice;
    for (const act of this.listeners.get("change:notice") ?? []) act();
  }
  get listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

let el: HTMLElement;
let model: FakeModel;
const frame = () => new Frame(model as never, el, "probe", EVIL, `what ${EVIL} shows`);

beforeEach(() => {
  el = document.createElement("div");
  document.body.append(el);
  model = new FakeModel();
});
afterEach(() => el.remove());

describe("a frame", () => {
  test("has a name, a title and a summary that are text", () => {
    const { root, bar } = frame();
    expect(el.querySelector("img")).toBeNull();
    expect(bar.querySelector(".mxw-title")!.textContent).toBe(EVIL);
    expect(root.getAttribute("aria-label")).toBe(`what ${EVIL} shows`);
    expect(root.className).toBe("mxw mxw-probe");
  });
  test("reads the kernel's notice aloud, the first one too", () => {
    model.notice = "before";
    const { status } = frame();
    expect([status.getAttribute("role"), status.textContent]).toEqual(["status", "before"]);
    model.receive(EVIL);
    expect(status.textContent).toBe(EVIL);
    expect(status.querySelector("img")).toBeNull();
  });
  test("says hello to the kernel, so that no click has to wait for a busy cell first", async () => {
    frame();
    await vi.waitFor(() => expect(model.sent).toEqual([{ hello: true }]));
  });
  test("is ready after it was painted", async () => {
    const made = frame();
    expect(made.root.hasAttribute("data-ready")).toBe(false);
    made.ready();
    await vi.waitFor(() => expect(made.root.getAttribute("data-ready")).toBe("1"));
  });
  test("leaves nothing behind when it is closed", () => {
    vi.useFakeTimers();
    const made = frame();
    const [act, click] = [vi.fn(), vi.fn()];
    made.on("step", act);
    made.onClose(act);
    made.root.addEventListener("click", click, made.signal);
    made.close();
    made.root.dispatchEvent(new Event("click"));
    vi.advanceTimersByTime(10_000);
    expect([model.listening, model.sent, act.mock.calls.length, click.mock.calls.length]).toEqual([0, [], 1, 0]);
    vi.useRealTimers();
  });
});

describe("drawing once a frame", () => {
  test("makes one drawing of many wishes, and none after it was cancelled", async () => {
    const draw = vi.fn();
    const ask = onFrame(draw);
    for (let k = 0; k < 50; k += 1) ask();
    await vi.waitFor(() => expect(draw).toHaveBeenCalledTimes(1));
    ask();
    ask.cancel();
    await new Promise((done) => setTimeout(done, 60));
    expect(draw).toHaveBeenCalledTimes(1);
    ask();
    await vi.waitFor(() => expect(draw).toHaveBeenCalledTimes(2));
  });
});
