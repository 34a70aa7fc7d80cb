// The plots of a race, each a pure function of what was measured: times, speed-up, roofline.
import { svg } from "../shared/dom";
import { Scale } from "../shared/scale";
import { SERIES } from "../shared/color";
import { shown, type Cell, type Look, type Race } from "./model";
import { axes, draw, instead, mark, nameEnds, type Box, type Curve } from "./plot";
import { decades, duration, factor, factors, rate, sizeTicks } from "./units";

export type Room = { width: number; height: number };
export type Drawing = { group: SVGGElement; x?: Scale; height?: number };

export const boxOf = (room: Room, right: number): Box => ({ left: 66, right: Math.max(room.width - right, 180), top: 34, bottom: room.height - 46 });
/** Return the pixels that names right of a plot need, about. */
const names = (race: Race, lesser: string[] = []): number => 44 + Math.min(6.6 * Math.max(...race.board.entrants.map((e) => e.name.length), ...lesser.map((text) => text.length)), 170);
const WORDS = 96; // height of a sentence in the place of a plot
const known = (values: readonly (number | null)[]): number[] => values.filter((v): v is number => v !== null);
const sizes = (race: Race, x: Scale) => sizeTicks(race.board.sizes, x).map((n) => [n, String(n)] as const);

function curveOf(race: Race, number: number, style: Curve["style"], name: string, pick: (cell: Cell) => Curve["points"][number]): Curve {
  return { name, number, style, points: race.board.cells.filter((cell) => cell[0] === number).map(pick) };
}

/** Time against size: medians with intervals; launch-only times, the wrong way; event times. */
export function times(race: Race, look: Look, room: Room): Drawing {
  const { board } = race;
  const at = (cell: Cell) => board.sizes[cell[1]]!;
  const curves = shown(board, look).flatMap((k) => {
    const { name, device, transfer } = board.entrants[k]!;
    const found = [curveOf(race, k, "main", name, (cell) => [at(cell), cell[4], cell[5], cell[6]])];
    if (device !== "gpu" || transfer) return found;
    if (look.event) found.push(curveOf(race, k, "event", "event time", (cell) => [at(cell), cell[8], null, null]));
    if (look.launch) found.push(curveOf(race, k, "launch", "launch only: wrong", (cell) => [at(cell), cell[7], null, null]));
    return found;
  });
  const values = known(curves.flatMap((curve) => curve.points.flatMap((point) => [point[1], point[2], point[3]])));
  const box = boxOf(room, names(race, curves.map((curve) => curve.name)));
  const x = Scale.around(board.sizes, box.left, box.right, true);
  const y = values.length > 0 ? Scale.around(values, box.bottom, box.top, true, 0.08) : new Scale(1e-6, 1e-3, box.bottom, box.top, true);
  const recorded = board.badge !== "";
  const group = svg("g", {}, axes(box, x, y, sizes(race, x), decades(y).map((v) => [v, duration(v)]), board.unit, "Time of one call"));
  group.append(...curves.map((curve) => draw(curve, x, y, recorded)).reverse(), nameEnds(curves, x, y, box, recorded));
  return { group, x };
}

/** How many times as fast as the first one, with the crossover and its interval. */
export function speed(race: Race, look: Look, room: Room): Drawing {
  const { board } = race;
  const visible = shown(board, look);
  const pairs = board.pairs.filter((pair) => visible.includes(pair.other));
  if (pairs.length === 0) return { group: instead(room.width, WORDS, "Nothing to compare:", "only one took part, or they share no size."), height: WORDS };
  const values = known(pairs.flatMap((pair) => pair.ratios.flatMap((ratio) => ratio.slice(1))));
  const box = boxOf(room, names(race));
  const x = Scale.around(board.sizes, box.left, box.right, true);
  const y = Scale.around([...values, 0.8, 1.25], box.bottom, box.top, true, 0.08);
  const first = board.entrants[pairs[0]!.reference]!.name;
  const recorded = board.badge !== "";
  const group = svg("g");
  for (const { crossing, other } of pairs) {
    if (crossing.kind !== "crossing" || crossing.size === null) continue;
    const low = crossing.low ? Math.max(x.at(crossing.low), box.left) : box.left;
    const high = crossing.high === null ? box.right : Math.min(x.at(crossing.high), box.right);
    const style = `fill:${SERIES[other % 6]};stroke:${SERIES[other % 6]}`;
    group.append(svg("rect", { class: "mxw-band", x: low, y: box.top, width: Math.max(high - low, 2), height: box.bottom - box.top, style }),
      svg("line", { class: "mxw-meeting", x1: x.at(crossing.size), x2: x.at(crossing.size), y1: box.top, y2: box.bottom, style }));
  }
  group.append(axes(box, x, y, sizes(race, x), factors(y).map((v) => [v, factor(v)]), board.unit, `How many times as fast as ${first}`),
    svg("line", { class: "mxw-even", x1: box.left, x2: box.right, y1: y.at(1), y2: y.at(1) }),
    svg("text", { class: "mxw-tick", x: box.left + 6, y: y.at(1) - 6 }, "faster ↑"),
    svg("text", { class: "mxw-tick", x: box.left + 6, y: y.at(1) + 14 }, "slower ↓"));
  const curves = pairs.map((pair): Curve => ({
    name: board.entrants[pair.other]!.name,
    number: pair.other,
    style: "main",
    points: pair.ratios.map(([k, value, low, high]) => [board.sizes[k]!, value, low, high]),
  }));
  group.append(...curves.map((curve) => draw(curve, x, y, recorded)), nameEnds(curves, x, y, box, recorded));
  return { group, x };
}

/** How close the work comes to what the machine does at best. */
export function roofline(race: Race, look: Look, room: Room): Drawing {
  const { board } = race;
  const { ceilings } = board.roof;
  const visible = shown(board, look);
  const points = board.roof.points.filter((point) => visible.includes(point[0]) && point[2] !== null && point[3] !== null);
  if (points.length === 0) return { group: instead(room.width, WORDS, "A roofline needs the work of one call:", "race(f, sizes, flops=lambda n: 2 * n**3, bytes=lambda n: 12 * n**2)"), height: WORDS };
  const box = boxOf(room, 150);
  const ridges = ceilings.map((c) => c.flops! / c.bandwidth!);
  const x = Scale.around([...points.map((p) => p[2]!), ...ridges], box.left, box.right, true, 0.1);
  const y = Scale.around([...points.map((p) => p[3]!), ...ceilings.map((c) => c.flops!)], box.bottom, box.top, true, 0.1);
  const inAxes = (v: number) => String(Number(v.toPrecision(3)));
  const group = svg("g", {}, axes(box, x, y, decades(x).map((v) => [v, inAxes(v)]), decades(y).map((v) => [v, rate(v, "FLOP").replace("FLOP/s", "")]),
    "arithmetic intensity, FLOP a byte", "Operations a second, below the most that was measured"));
  ceilings.forEach(({ device, flops, bandwidth }, k) => {
    const from = Math.max(y.low / bandwidth!, x.low);
    const roof = `M${x.at(from)} ${y.at(from * bandwidth!)}L${x.at(ridges[k]!)} ${y.at(flops!)}H${box.right}`;
    group.append(svg("path", { class: `mxw-roof mxw-roof-${device}`, d: roof }),
      svg("text", { class: "mxw-name", x: box.right + 8, y: y.at(flops!) - 2 }, `${device}: ${rate(flops!, "FLOP")}`),
      svg("text", { class: "mxw-name mxw-lesser", x: box.right + 8, y: y.at(flops!) + 13 }, `memory: ${rate(bandwidth!, "B")}`));
  });
  for (const k of visible) {
    const mine = points.filter((point) => point[0] === k);
    const curve: Curve = { name: "", number: k, style: "main", points: mine.map((point) => [point[2]!, point[3], null, null]) };
    group.append(draw(curve, x, y, board.badge !== ""));
    const here = mine.find((point) => point[1] === look.size);
    if (here) group.append(svg("circle", { class: "mxw-here", cx: x.at(here[2]!), cy: y.at(here[3]!), r: 9 }));
  }
  visible.forEach((k, row) => group.append(mark(k, box.right + 14, box.bottom - 4 - 17 * row, 4, board.badge !== ""),
    svg("text", { class: "mxw-name", x: box.right + 24, y: box.bottom - 17 * row }, board.entrants[k]!.name)));
  return { group };
}
