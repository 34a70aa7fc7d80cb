// What the kernel sends: mirrors the traits of DeviceRace, in mxlearn_widgets/timing/widget.py and board.py.
import type { Notices } from "../shared/frame";

type Maybe = number | null;

/** Entrant, size (numbers), calls a sample, samples, median, low, high, launch median, event median, cold sample. */
export type Cell = [entrant: number, size: number, inner: number, count: number, median: Maybe, low: Maybe, high: Maybe, launch: Maybe, event: Maybe, cold: Maybe];
export type Entrant = { name: string; device: string; transfer: boolean };
export type Pair = {
  reference: number;
  other: number;
  ratios: [size: number, speed: Maybe, low: Maybe, high: Maybe][];
  crossing: { kind: string; size: Maybe; low: Maybe; high: Maybe };
  text: string;
};
export type Roof = {
  ceilings: { device: string; flops: Maybe; bandwidth: Maybe; text: string }[];
  points: [entrant: number, size: number, intensity: Maybe, rate: Maybe][];
};
export type Board = {
  title: string;
  unit: string;
  badge: string;
  origin: string;
  machine: string;
  sizes: number[];
  entrants: Entrant[];
  cells: Cell[];
  pairs: Pair[];
  verdict: string;
  roof: Roof;
  failures: string[];
};

/** Entrant, size, and how many samples each phase has. */
export type Row = [entrant: number, size: number, cold: number, warmUp: number, steady: number];
export type State = { title: string; running: boolean; share: number; said: string; missing: string };
export type View = "times" | "samples" | "speed" | "roofline" | "table";

export type Model = Notices & {
  state: State;
  live: Board;
  rows: Row[];
  samples: DataView;
  replay: Board | Record<string, never>;
  replay_rows: Row[];
  replay_samples: DataView;
  view: string;
  size: number;
  hidden: string[];
};

/** What a panel draws. */
export type Race = { board: Board; rows: Row[]; samples: Float32Array };
/** How it draws it: the size in detail as its number on this board, and what is left out. */
export type Look = { size: number; launch: boolean; event: boolean; copies: boolean };

/** Return the entrants that are shown, as numbers. */
export function shown(board: Board, look: Look): number[] {
  return board.entrants.flatMap((entrant, k) => (look.copies || !entrant.transfer || board.entrants.every((e) => e.transfer) ? [k] : []));
}
