// From numbers to pixels, and which numbers to print beside an axis: as mxlearn.drawing.scale.
export class Scale {
  constructor(
    readonly low: number,
    readonly high: number,
    readonly start: number,
    readonly end: number,
    readonly log = false,
  ) {}

  /** Return a scale that shows all finite values (and, where `log`, positive ones), with a margin. */
  static around(values: Iterable<number>, start: number, end: number, log = false, margin = 0.05): Scale {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (low > high) return log ? new Scale(0.1, 10, start, end, true) : new Scale(0, 1, start, end);
    if (log) {
      if (high / low < 1.0001) return new Scale(low / 10, high * 10, start, end, true);
      const factor = (high / low) ** margin;
      return new Scale(low / factor, high * factor, start, end, true);
    }
    if (high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high), 1e-300)) return new Scale(low - 0.5, high + 0.5, start, end);
    const pad = (high - low) * margin;
    return new Scale(low - pad, high + pad, start, end);
  }

  /** Return the pixel of a value. */
  at(value: number): number {
    if (this.log && value <= 0) return this.start;
    const share = this.log ? Math.log(value / this.low) / Math.log(this.high / this.low) : (value - this.low) / (this.high - this.low);
    return this.start + share * (this.end - this.start);
  }

  /** Return the value at a pixel. */
  inverse(pixel: number): number {
    const share = (pixel - this.start) / (this.end - this.start);
    return this.log ? this.low * (this.high / this.low) ** share : this.low + share * (this.high - this.low);
  }

  /** Return about `count` round numbers inside the interval, ascending. */
  ticks(count = 5): number[] {
    const range = (first: number, last: number, step = 1) =>
      Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, k) => first + k * step);
    if (this.log) {
      const first = Math.ceil(Math.log10(this.low) - 1e-9);
      const last = Math.floor(Math.log10(this.high) + 1e-9);
      if (last - first >= 1) return range(first, last, Math.max(1, Math.ceil((last - first + 1) / Math.max(count, 1)))).map((k) => 10 ** k);
      return new Scale(this.low, this.high, 0, 1).ticks(count).filter((value) => value > 0);
    }
    const rough = (this.high - this.low) / Math.max(count, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough * (1 - 1e-9)) ?? 10) * power;
    const digits = Math.min(Math.max(12 - Math.floor(Math.log10(step)), 0), 20);
    return range(Math.ceil(this.low / step - 1e-9), Math.floor(this.high / step + 1e-9)).map((k) => Number((k * step).toFixed(digits)));
  }
}
