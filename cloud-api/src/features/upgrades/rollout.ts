import type { DirectoryTransaction, TenantTransaction } from "../../platform/db.ts";
import type { JobContext } from "../../platform/jobs.ts";
import { listReleases } from "./queries.ts";
import {
  listRules,
  listStandings,
  lockRelease,
  type RuleRow,
  type StandingRow,
  takeStep,
} from "./rollout-queries.ts";
import { countHeard, isHalted, patienceAt, planNext, type Rollout } from "./rollout-rules.ts";
import { stageAfter } from "./rules.ts";
import type { Ring, RolloutAsked } from "./schema.ts";

type Held = Rollout & RuleRow;

async function listHeld(tx: DirectoryTransaction): Promise<Held[]> {
  const rules = new Map((await listRules(tx)).map((rule) => [rule.sha256, rule]));
  return (await listReleases(tx)).flatMap(({ sha256, stage, haltedReason }) => {
    const rule = rules.get(sha256);
    return rule ? [{ ...rule, stage, haltedReason }] : [];
  });
}

async function findHeld(tx: DirectoryTransaction, sha256: string): Promise<Held | null> {
  return (await listHeld(tx)).find((held) => held.sha256 === sha256) ?? null;
}

/**
 * Takes each release on whose time has come, in a transaction of its own. One that cannot be taken on keeps back
 * none of the others.
 * @throws AggregateError once all were looked at, with each one's reason: the queue tells of it and tries anew.
 */
export async function advanceRollouts({ database, log }: JobContext): Promise<void> {
  const held = await database.inDirectory(listHeld);
  const failures: Error[] = [];
  for (const { sha256, advanceHours } of held) {
    if (advanceHours === null) continue;
    try {
      const stage = await database.inDirectory((tx) => advance(tx, sha256));
      if (stage) log.info({ sha256, stage }, "a release went on to the next ring by itself");
    } catch (cause) {
      failures.push(new Error(`${sha256} was not taken on: ${cause}`, { cause }));
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
}

/**
 * Judged anew under the lock that every other step takes, and every box that says what became of the release:
 * whoever comes second sees what the first has done. The stage that it is offered to now; null: none other.
 */
async function advance(tx: DirectoryTransaction, sha256: string): Promise<Ring | null> {
  if (!(await lockRelease(tx, sha256))) return null;
  const held = await findHeld(tx, sha256);
  if (!held) return null;
  const counts = await listStandings(tx, { sha256, ring: null }, patienceAt(tx.now));
  const next = planNext(held, counts);
  if (next.kind !== "at" || next.at > tx.now) return null;
  const stage = stageAfter("next", held.stage);
  const well = find(counts, "well");
  await takeStep(tx, {
    ...{ sha256, stage, haltedReason: null, by: "clock", staffId: null, words: null },
    grounds: { boxes: well?.boxes ?? 0, of: countHeard(counts), examples: listLeftOut(counts) },
  });
  return stage;
}

const find = (counts: readonly StandingRow[], standing: StandingRow["standing"]) =>
  counts.find((each) => each.standing === standing);

const LEFT_OUT: readonly StandingRow["standing"][] = ["silent-before", "silent-since", "late"];
const listLeftOut = (counts: readonly StandingRow[]) =>
  LEFT_OUT.flatMap((standing) => find(counts, standing)?.examples ?? []);

/** What a person asks for. False: the release is not as they saw it. */
export async function takeByHand(
  tx: DirectoryTransaction,
  { sha256, staffId }: { sha256: string; staffId: string },
  { stage, haltedReason, seen }: RolloutAsked,
): Promise<boolean> {
  await lockRelease(tx, sha256);
  const held = await findHeld(tx, sha256);
  if (!held) return false;
  const isHalted = held.haltedReason !== null;
  if (seen && (held.stage !== seen.stage || isHalted !== seen.isHalted)) return false;
  const words = haltedReason ?? null;
  await takeStep(tx, {
    ...{ sha256, stage, haltedReason: words, by: "person", staffId, words, grounds: null },
  });
  return true;
}

/** After a box went back, in the same transaction: halts the release for all where too many of its ring have. */
export async function judgeHalt(
  tx: TenantTransaction,
  { sha256, ring }: { sha256: string; ring: Ring },
): Promise<void> {
  const held = await findHeld(tx, sha256);
  if (!held || held.stage === null || held.haltedReason !== null) return;
  const counts = await listStandings(tx, { sha256, ring }, patienceAt(tx.now));
  if (!isHalted(held, counts)) return;
  const gone = find(counts, "rolled-back");
  const grounds = {
    boxes: gone?.boxes ?? 0,
    of: countHeard(counts),
    examples: gone?.examples ?? [],
  };
  await takeStep(tx, {
    ...{ sha256, stage: held.stage, by: "boxes", staffId: null, words: null, grounds },
    haltedReason: `rolled-back: ${grounds.boxes} of ${grounds.of} boxes of the ring ${ring} went back`,
  });
}
