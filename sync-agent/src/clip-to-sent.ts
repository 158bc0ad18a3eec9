import { type AcknowledgedRange, type PushReply, toAcknowledgedRanges } from "@foyer/contract";

/**
 * Of the acknowledged ranges, those that this batch sent, and where they stand. The box never forgets
 * an event on the word of an answer to another one: a cloud restored from a back-up may speak of seqs
 * it lost.
 */
export function clipToSent(
  ranges: readonly AcknowledgedRange[],
  sent: readonly number[],
): AcknowledgedRange[] {
  const sorted = ranges.toSorted((a, b) => a.from - b.from);
  let at = 0;
  const held = sent
    .toSorted((a, b) => a - b)
    .flatMap((seq) => {
      while (at < sorted.length && (sorted[at]?.to ?? seq) < seq) at += 1;
      const range = sorted[at];
      if (!range || range.from > seq) return [];
      const { from, position } = range;
      return [{ seq, position: position === undefined ? null : position + seq - from }];
    });
  return toAcknowledgedRanges(held);
}

/** How many seqs lie in some ranges. */
export function countSeqs(ranges: readonly AcknowledgedRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** Whether the cloud holds all of a batch, and goes on to take such batches. */
export function isWhole(
  sent: readonly number[],
  { acknowledged, setAside, epochEnded, terms }: PushReply,
): boolean {
  if (!terms || epochEnded) return false;
  const held = [...acknowledged, ...setAside.map(({ seq }) => ({ from: seq, to: seq }))];
  return countSeqs(clipToSent(held, sent)) === sent.length;
}
