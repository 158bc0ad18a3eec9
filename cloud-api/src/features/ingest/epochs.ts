import type { EpochEnded, OutboxState, SeqRange } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { enterEpoch, type KnownEpoch, noteTwin, updateEpoch } from "./epoch-queries.ts";
import {
  countSeqs,
  insertGaps,
  insertSeqRanges,
  listMissing,
  listOpenGaps,
  type RangeReason,
  type Stretch,
  updateGap,
} from "./gap-queries.ts";
import type { BoxLife } from "./queries.ts";

/**
 * How long after a newer life was first heard of an older one may still be heard: a push that was
 * under way when the box's store was restored. Later than that there are two stores.
 */
const STRAGGLER_MILLISECONDS = 60_000;
/** Alarms one push may raise; what is beyond them is one more. */
const GAPS_AT_ONCE = 100;

export type MetEpoch = { known: KnownEpoch; ended: EpochEnded | null };

/** What is known of the life a push comes from, held still to the commit. */
export async function meetEpoch(
  tx: TenantTransaction,
  { outbox, ...life }: BoxLife & { outbox: OutboxState | null; follows: string | null },
): Promise<MetEpoch> {
  const newerBefore = new Date(tx.now.getTime() - STRAGGLER_MILLISECONDS);
  const known = await enterEpoch(tx, { ...life, newerBefore });
  if (known.hasNewer) await noteTwin(tx, life.boxId);
  const { knownThrough } = known;
  const isBehind = outbox !== null && outbox.writtenThrough < knownThrough;
  const ended = isBehind ? ({ reason: "behind", knownThrough } as const) : null;
  return { known, ended };
}

export type Accounted = BoxLife & {
  known: KnownEpoch;
  outbox: OutboxState | null;
  /** Under which events of this push are held now. */
  seqs: readonly number[];
  repeats: readonly number[];
  setAside: readonly number[];
};

/** Accounts for the seqs of a push, raises the alarms it gives cause for, and closes those it fills. */
export async function accountFor(tx: TenantTransaction, accounted: Accounted): Promise<void> {
  const { boxId, epoch, known, outbox, seqs, repeats, setAside } = accounted;
  const life = { boxId, epoch };
  const reasoned = (reason: RangeReason, ranges: readonly SeqRange[]) =>
    ranges.map((range) => ({ ...range, reason }));
  const single = (seq: number): SeqRange => ({ from: seq, to: seq });
  const vacant = (outbox?.vacant ?? []).filter(({ from, to }) => from <= to);
  const ranges = [
    ...reasoned("vacant", vacant),
    ...reasoned("repeat", repeats.map(single)),
    ...reasoned("set-aside", setAside.map(single)),
  ];
  await insertSeqRanges(tx, { ...life, ranges });
  const told = [...seqs.map(single), ...ranges];
  const from = Math.min(...told.map((range) => range.from));
  if (from <= known.checkedThrough)
    await fillGaps(tx, life, { from, to: Math.max(...told.map(({ to }) => to)) });
  const through = outbox ? Math.min(outbox.drainedThrough, outbox.writtenThrough) : 0;
  if (through > known.checkedThrough)
    await findGaps(tx, life, { after: known.checkedThrough, through });
  const marks = {
    knownThrough: Math.max(known.knownThrough, outbox?.writtenThrough ?? 0, ...seqs),
    checkedThrough: Math.max(known.checkedThrough, through),
  };
  if (marks.knownThrough > known.knownThrough || marks.checkedThrough > known.checkedThrough)
    await updateEpoch(tx, { ...life, ...marks });
}

/** The box has nothing left of a stretch: what is not held of it is missing. */
async function findGaps(tx: TenantTransaction, life: BoxLife, stretch: Stretch): Promise<void> {
  const { after, through } = stretch;
  if ((await countSeqs(tx, { ...life, ...stretch })) === through - after) return;
  const missing = await listMissing(tx, { ...life, ...stretch, limit: GAPS_AT_ONCE + 1 });
  if (missing.length === 0) return;
  const gaps = missing.slice(0, GAPS_AT_ONCE).map((gap) => ({ ...gap, missing: lengthOf(gap) }));
  const [beyond] = missing.slice(GAPS_AT_ONCE);
  if (beyond) {
    const rest = { from: beyond.from, to: through };
    gaps.push({ ...rest, missing: await countMissing(tx, life, rest) });
  }
  await insertGaps(tx, { ...life, gaps });
}

/** Some of what was missing may have come. */
async function fillGaps(tx: TenantTransaction, life: BoxLife, reached: SeqRange): Promise<void> {
  for (const gap of await listOpenGaps(tx, { ...life, ...reached }))
    await updateGap(tx, {
      ...{ ...life, from: gap.from, missing: await countMissing(tx, life, gap) },
    });
}

async function countMissing(
  tx: TenantTransaction,
  life: BoxLife,
  { from, to }: SeqRange,
): Promise<number> {
  const limit = to - from + 1;
  const missing = await listMissing(tx, { ...life, after: from - 1, through: to, limit });
  return missing.reduce((sum, range) => sum + lengthOf(range), 0);
}

const lengthOf = ({ from, to }: SeqRange): number => to - from + 1;
