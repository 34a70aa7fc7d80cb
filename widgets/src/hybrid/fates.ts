// What became of each node up to a stage, as inspection.Compiled tells it, and which signs a drawing bears for it.
import type { Scene, Table } from "./model";

export type Fate = { kind: string; now: number | null; text: string };
export type Mark = { kind: string; fresh: boolean; count: number };

export class Fates {
  private readonly stages: Map<number, Fate>[] = [];

  constructor(private readonly table: Table) {
    let known = new Map<number, Fate>();
    for (const stage of table.stages) {
      known = new Map(known);
      for (const [id, kind, now, text] of stage.fates) known.set(id, { kind, now, text });
      this.stages.push(known);
    }
  }

  /** Return what became of a node up to a stage. */
  of(id: number, stage: number): Fate {
    return this.stages[stage]?.get(id) ?? { kind: "same", now: id, text: "" };
  }

  /** Return the nodes as written that a node of a stage stands for, itself among them. */
  origins(now: number, stage: number): number[] {
    const found = [...(this.stages[stage] ?? [])].filter(([, fate]) => fate.now === now).map(([id]) => id);
    return this.of(now, stage).now === now && !found.includes(now) ? [now, ...found] : found;
  }

  /** Return the chain of the fused nodes that a node belongs to, or itself alone. */
  chain(id: number, stage: number): number[] {
    for (const each of this.table.stages.slice(0, stage + 1)) {
      for (const [kind, ids] of each.changes) if (kind === "fused" && ids.includes(id)) return ids;
    }
    return [id];
  }

  /** Return the signs of the graph as written: what the passes up to a stage did to each node. */
  left(stage: number): Map<number, Mark[]> {
    const marks = new Map<number, Mark[]>();
    const news = new Set(this.table.stages[stage]?.fates.map(([id]) => id));
    for (const [id, { kind }] of this.stages[stage] ?? []) {
      if (kind !== "same") marks.set(id, [{ kind, fresh: news.has(id), count: 1 }]);
    }
    return marks;
  }

  /** Return the signs of the graph after a stage: what was made of the nodes that are there. */
  right(stage: number): Map<number, Mark[]> {
    const marks = new Map<number, Mark[]>();
    this.table.stages.slice(0, stage + 1).forEach((each, number) => {
      for (const [kind, ids, target] of each.changes) {
        const bearers = kind === "merged" ? [target] : kind === "fused" ? ids : ids.slice(0, 1);
        for (const id of bearers) {
          if (id === null) continue;
          const found = marks.get(id) ?? [];
          const same = found.find((mark) => mark.kind === kind);
          if (same) {
            same.count += 1;
            same.fresh ||= number === stage;
          } else found.push({ kind, fresh: number === stage, count: 1 });
          marks.set(id, found);
        }
      }
    });
    return marks;
  }
}

/** Return the signs of one drawn item: those of its node, or of all nodes of a folded Block, each kind once. */
export function gathered(ids: readonly number[], marks: ReadonlyMap<number, Mark[]>): Mark[] {
  const found = new Map<string, Mark>();
  for (const id of ids) {
    for (const mark of marks.get(id) ?? []) {
      const before = found.get(mark.kind);
      found.set(mark.kind, before ? { kind: mark.kind, fresh: before.fresh || mark.fresh, count: before.count + mark.count } : { ...mark });
    }
  }
  return [...found.values()];
}

/** Return the name of a drawing in a fold state, as packing.key does. */
export function sceneKey(drawing: number, folded: readonly number[]): string {
  return `${drawing}|${[...folded].sort((a, b) => a - b).join(",")}`;
}

/** Return the position of the item that shows a node, or -1. */
export function showing(scene: Scene | undefined, id: number): number {
  if (!scene) return -1;
  const alone = scene.items.findIndex((item) => item[8] < 0 && item[9][0] === id);
  return alone >= 0 ? alone : scene.items.findIndex((item) => item[9].includes(id));
}
