// Two questions on their way at a time: newer drawings replace each other meanwhile, and the latest is sent.
export const PATIENCE = 700; // milliseconds after which questions count as lost, or the kernel as busy
export const MOST = 2; // one is answered while the other travels: the last ink of a stroke need not wait for a way back

export class Pacer {
  private wanted = false;
  private open = 0; // questions without an answer
  private since = -Infinity; // when the last one was asked
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly send: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** There is something new to ask. */
  want(): void {
    this.wanted = true;
    this.pump();
  }

  /** A question was answered; `all` of them where it was the last one. */
  answered(all: boolean): void {
    this.open = all ? 0 : Math.max(this.open - 1, 0);
    this.later(0); // not in the message's own turn
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private pump(): void {
    if (!this.wanted) return;
    const left = this.since + PATIENCE - this.now();
    if (this.open >= MOST && left > 0) {
      this.later(left);
      return;
    }
    this.wanted = false;
    this.open = Math.min(this.open + 1, MOST);
    this.since = this.now();
    this.send();
  }

  private later(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pump(), wait);
  }
}
