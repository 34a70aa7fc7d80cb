// What a threshold makes of probabilities; as decision/metrics.py.
export type Counts = { found: number; missed: number; alarmed: number; calm: number };

export function counts(probability: readonly number[], ofClass: readonly boolean[], threshold: number): Counts {
  const all: Counts = { found: 0, missed: 0, alarmed: 0, calm: 0 };
  probability.forEach((p, k) => {
    const said = p >= threshold;
    if (ofClass[k]) all[said ? "found" : "missed"] += 1;
    else all[said ? "alarmed" : "calm"] += 1;
  });
  return all;
}

/** Return the points (false alarms, found) of the ROC curve as the threshold falls; empty where one side has no row. */
export function roc(probability: readonly number[], ofClass: readonly boolean[]): [number, number][] {
  const order = probability.map((p, k) => [p, ofClass[k] ?? false] as const).filter(([p]) => Number.isFinite(p)).sort((a, b) => b[0] - a[0]);
  const right = order.filter(([, yes]) => yes).length;
  const wrong = order.length - right;
  if (right === 0 || wrong === 0) return [];
  const curve: [number, number][] = [[0, 0]];
  let [alarms, found] = [0, 0];
  order.forEach(([p, yes], k) => {
    if (yes) found += 1;
    else alarms += 1;
    if (order[k + 1]?.[0] !== p) curve.push([alarms / wrong, found / right]);
  });
  return curve;
}

export function area(curve: readonly [number, number][]): number {
  if (curve.length === 0) return NaN;
  let sum = 0;
  for (let k = 1; k < curve.length; k += 1) {
    const [[x0, y0], [x1, y1]] = [curve[k - 1]!, curve[k]!];
    sum += ((x1 - x0) * (y0 + y1)) / 2;
  }
  return sum;
}

/** Return a share in percent; 0 % and 100 % only where they are exact. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = Math.round((100 * part) / whole);
  return `${part === 0 ? 0 : part === whole ? 100 : Math.min(Math.max(percent, 1), 99)} %`;
}
