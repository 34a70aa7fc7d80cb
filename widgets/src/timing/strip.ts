// All samples of one size, in the order in which they were taken: cold, warm-up, steady.
import { sign, type Sign } from "../shared/chart";
import { svg } from "../shared/dom";
import { Scale } from "../shared/scale";
import { shown, type Look, type Race } from "./model";
import { instead } from "./plot";
import { decades, duration } from "./units";
import { boxOf, type Drawing, type Room } from "./views";

export const PHASES: readonly { name: string; sign: Sign }[] = [
  { name: "cold", sign: "diamond" },
  { name: "warm-up", sign: "triangle" },
  { name: "steady", sign: "circle" },
];

export type Sample = { phase: number; launched: number; synchronized: number; event: number };

/** Return the samples of one entrant at one size. */
export function samplesOf(race: Race, entrant: number, size: number): Sample[] {
  let at = 0;
  for (const [k, s, ...counts] of race.rows) {
    const total = counts[0] + counts[1] + counts[2];
    if (k !== entrant || s !== size) {
      at += 3 * total;
      continue;
    }
    const phases = counts.flatMap((count, phase) => Array.from({ length: count }, () => phase));
    return phases.map((phase, i) => {
      const [launched = NaN, synchronized = NaN, event = NaN] = race.samples.subarray(at + 3 * i, at + 3 * i + 3);
      return { phase, launched, synchronized, event };
    });
  }
  return [];
}

/** Draw a lane for each entrant; all lanes share the axis of time. */
export function strip(race: Race, look: Look, room: Room): Drawing {
  const { board } = race;
  const lanes = shown(board, look).map((k) => ({ k, samples: samplesOf(race, k, look.size) })).filter((lane) => lane.samples.length > 0);
  if (lanes.length === 0) return { group: instead(room.width, room.height, `n = ${board.sizes[look.size] ?? "?"} was not measured.`) }; // as high as a plot: the next size may have one
  const box = boxOf(room, 16);
  const asked = (device: string) => look.launch && device === "gpu";
  const values = lanes.flatMap(({ k, samples }) => samples.flatMap((s) => (asked(board.entrants[k]!.device) ? [s.synchronized, s.launched] : [s.synchronized])));
  const y = Scale.around(values, box.bottom, box.top + 18, true, 0.08);
  const group = svg("g");
  for (const value of decades(y)) {
    group.append(svg("line", { class: "mxw-grid", x1: box.left, x2: box.right, y1: y.at(value), y2: y.at(value) }),
      svg("text", { class: "mxw-tick", x: box.left - 7, y: y.at(value) + 3.5, "text-anchor": "end" }, duration(value)));
  }
  const width = (box.right - box.left) / lanes.length;
  lanes.forEach(({ k, samples }, lane) => {
    const left = box.left + lane * width;
    const x = new Scale(-0.5, Math.max(samples.length, 12) - 0.5, left + 8, left + width - 8);
    const cell = board.cells.find((c) => c[0] === k && c[1] === look.size);
    const entrant = board.entrants[k]!;
    if (lane > 0) group.append(svg("line", { class: "mxw-fence", x1: left, x2: left, y1: box.top, y2: box.bottom }));
    if (cell && cell[4] !== null) {
      const [low, high] = [y.at(cell[5] ?? cell[4]), y.at(cell[6] ?? cell[4])];
      group.append(svg("rect", { class: "mxw-median-band", x: left + 4, width: width - 8, y: high, height: Math.max(low - high, 1) }),
        svg("line", { class: "mxw-median", x1: left + 4, x2: left + width - 4, y1: y.at(cell[4]), y2: y.at(cell[4]) }));
    }
    samples.forEach((s, i) => {
      const px = x.at(i).toFixed(1);
      if (asked(entrant.device)) group.append(svg("path", { class: "mxw-asking", d: sign("cross", 2.6), transform: `translate(${px} ${y.at(s.launched).toFixed(1)})` }));
      const phase = PHASES[s.phase]!;
      group.append(svg("path", { class: `mxw-sample mxw-${phase.name}`, d: sign(phase.sign, s.phase === 2 ? 3.2 : 4), transform: `translate(${px} ${y.at(s.synchronized).toFixed(1)})` }));
    });
    const first = samples[0]!;
    const times = cell?.[4] ? first.synchronized / cell[4] : 0;
    if (first.phase === 0 && times >= 1.5) group.append(svg("text", { class: "mxw-tick", x: x.at(0) + 9, y: y.at(first.synchronized) + 4 }, `${times < 10 ? times.toFixed(1) : Math.round(times)} × the median`));
    group.append(svg("text", { class: "mxw-name", x: left + 8, y: box.top + 4 }, entrant.name));
    if (cell) group.append(svg("text", { class: "mxw-tick", x: left + width / 2, y: box.bottom + 16, "text-anchor": "middle" }, `${cell[3]} samples of ${cell[2]} ${cell[2] === 1 ? "call" : "calls"} each`));
  });
  group.append(svg("path", { class: "mxw-axis", d: `M${box.left} ${box.top}V${box.bottom}H${box.right}` }),
    svg("text", { class: "mxw-axis-label", x: (box.left + box.right) / 2, y: box.bottom + 34, "text-anchor": "middle" }, "samples in the order in which they were taken"),
    svg("text", { class: "mxw-plot-title", x: box.left, y: box.top - 14 }, `Every sample at n = ${board.sizes[look.size]}`));
  let at = box.right;
  for (const phase of [...PHASES].reverse()) {
    at -= 7 * phase.name.length + 26;
    group.append(svg("path", { class: `mxw-sample mxw-${phase.name}`, d: sign(phase.sign, 4), transform: `translate(${at} ${box.top - 18})` }),
      svg("text", { class: "mxw-tick", x: at + 9, y: box.top - 14 }, phase.name));
  }
  return { group };
}
