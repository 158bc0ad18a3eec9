/** A tag that is given to whoever is in a segment. */
export type TagRule = { tagId: string; segmentId: string };

/**
 * A tag that would be given by whether somebody has it, by way of other tags or not. `tagsRead` says
 * which tags each segment asks for. Null: there is none.
 */
export function findTagCircle(
  rules: readonly TagRule[],
  tagsRead: ReadonlyMap<string, readonly string[]>,
): string | null {
  const segmentOf = new Map(rules.map(({ tagId, segmentId }) => [tagId, segmentId]));
  const readBy = (tagId: string) => tagsRead.get(segmentOf.get(tagId) ?? "") ?? [];
  for (const { tagId } of rules) {
    const seen = new Set<string>();
    const waiting = [...readBy(tagId)];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === tagId) return tagId;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...readBy(next));
    }
  }
  return null;
}
