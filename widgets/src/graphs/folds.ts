// Fold states: sets of folded groups, with the same names as FoldTree.key gives them in Python.
function hidden(parents: readonly number[], folded: ReadonlySet<number>, group: number): boolean {
  for (let outer = parents[group] ?? -1; outer >= 0; outer = parents[outer] ?? -1) {
    if (folded.has(outer)) return true;
  }
  return false;
}

/** Return the name of a fold state: the folded groups that no other folded group hides. */
export function stateKey(parents: readonly number[], folded: readonly number[]): string {
  const set = new Set(folded);
  return [...set].filter((group) => !hidden(parents, set, group)).sort((a, b) => a - b).join(",");
}

/** Return the fold state with one group closed if it was open, and the other way round. */
export function toggled(folded: readonly number[], group: number): number[] {
  const next = folded.includes(group) ? folded.filter((other) => other !== group) : [...folded, group];
  return next.sort((a, b) => a - b);
}

/** Return the group number of an item key such as "g3", or -1 for a node. */
export function groupOf(key: string): number {
  return key.startsWith("g") ? Number(key.slice(1)) : -1;
}
