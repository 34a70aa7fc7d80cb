// What the front end asks of the kernel: each edit has a stamp, so that an answer to an older one is known.
const PACE = 40; // milliseconds between two orders to move a point

type Move = { index: number; x: number; y: number };

export class Orders {
  private last = 0; // stamp of the last edit
  private sent = -Infinity; // when a move went out
  private waiting: Move | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly send: (message: object) => void,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** Send an order that leaves the points alone. */
  give(command: string, more: object = {}): void {
    this.flush();
    this.send({ command, ...more });
  }

  /** Send an order that changes the points. */
  edit(command: string, more: object = {}): void {
    this.flush();
    this.send({ command, ...more, stamp: this.stamp() });
  }

  /** Move a point; of many moves within PACE the latest is sent. */
  move(move: Move): void {
    if (this.waiting && this.waiting.index !== move.index) this.flush();
    this.waiting = move;
    this.stamp(); // from now on an answer to what was sent before is old
    const wait = this.sent + PACE - this.now();
    if (wait <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Whether the kernel, which has done all up to a stamp, has not yet seen the latest edit of this view. */
  open(done: number): boolean {
    return done < this.last;
  }

  /** Send what waits. */
  stop(): void {
    this.flush();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.waiting) return;
    const move = this.waiting;
    this.waiting = undefined;
    this.sent = this.now();
    this.send({ command: "move", ...move, stamp: this.last });
  }

  private stamp(): number {
    return (this.last = Math.max(this.now(), this.last + 1));
  }
}
