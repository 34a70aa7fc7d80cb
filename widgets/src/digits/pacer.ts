// One question at a time: while the kernel answers, newer drawings replace each other, and the latest is sent.
export const PATIENCE = 700; // milliseconds after which a question counts as lost, or the kernel as busy

export class Pacer {
  private wanted = false;
  private since = -Infinity; // when the open question was asked
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

  /** The open question was answered. */
  answered(): void {
    this.since = -Infinity;
    this.later(0); // not in the message's own turn
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private pump(): void {
    if (!this.wanted) return;
    const left = this.since + PATIENCE - this.now();
    if (left > 0) {
      this.later(left);
      return;
    }
    this.wanted = false;
    this.since = this.now();
    this.send();
  }

  private later(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pump(), wait);
  }
}
