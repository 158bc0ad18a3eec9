import { newId } from "../../platform/clock.ts";
import { type DirectoryTransaction, getRow, listRows, sql } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Patience } from "./rollout-rules.ts";
import type { Ring, RolloutBox, RolloutRule, RolloutStep, Standing } from "./schema.ts";

/** How many boxes of all companies said last that they run which release, the most first. */
export function listRunning(
  tx: DirectoryTransaction,
): Promise<{ release: string; boxes: number }[]> {
  return listRows(
    tx,
    sql<{ release: string; boxes: number }>`
      select release, boxes from directory.count_running_releases()`,
  );
}

/** Until the transaction's end nobody else takes it a step, and no box says what became of it. False: there is none. */
export async function lockRelease(tx: DirectoryTransaction, sha256: string): Promise<boolean> {
  const { isThere } = await getRow(
    tx,
    sql<{ isThere: boolean }>`select directory.lock_release(${sha256}) as "isThere"`,
  );
  return isThere;
}

export type RuleRow = RolloutRule & {
  sha256: string;
  /** When it was last started, taken on or resumed. */
  offeredSince: Date | null;
  isSuperseded: boolean;
};

export function listRules(tx: DirectoryTransaction): Promise<RuleRow[]> {
  return listRows(
    tx,
    sql<RuleRow>`
      select sha256, advance_hours as "advanceHours", halt_boxes as "haltBoxes",
        halt_percent as "haltPercent", offered_since as "offeredSince",
        is_superseded as "isSuperseded"
      from directory.list_rollout_rules()`,
  );
}

/** False: it was so already, or there is no such release. */
export async function takeRuleStep(
  tx: DirectoryTransaction,
  { sha256, staffId, rule }: { sha256: string; staffId: string; rule: RolloutRule },
): Promise<boolean> {
  const { advanceHours, haltBoxes, haltPercent } = rule;
  const { isNew } = await getRow(
    tx,
    sql<{ isNew: boolean }>`
      select directory.take_rule_step(${newId()}, ${sha256}, ${advanceHours}, ${haltBoxes},
        ${haltPercent}, ${staffId}, ${tx.now}) as "isNew"`,
  );
  return isNew;
}

/** A box as it is kept with a step: its company by its id as well. */
export type KeptBox = RolloutBox & { tenantId: string };
export type StandingRow = {
  sha256: string;
  standing: Standing;
  boxes: number;
  /** How many of them are of the ring that it was offered to last. */
  own: number;
  /** Since when the last of them is well; null: none is. */
  lastWell: Date | null;
  examples: KeptBox[];
};

/** Of one release or all (null); of the boxes that it is offered to, or those of one ring alone. */
export function listStandings(
  tx: DirectoryTransaction,
  { sha256, ring }: { sha256: string | null; ring: Ring | null },
  { heardAfter, silentBefore, lateBefore }: Patience,
): Promise<StandingRow[]> {
  return listRows(
    tx,
    sql<StandingRow>`
      select sha256, standing, boxes, own, last_well as "lastWell", examples
      from directory.list_rollout_standings(${sha256}, ${ring}, ${heardAfter}, ${silentBefore},
        ${lateBefore})`,
  );
}

export type Grounds = { boxes: number; of: number; examples: readonly KeptBox[] };
export type NewStep = {
  sha256: string;
  stage: Ring;
  /** Null: it goes on. */
  haltedReason: string | null;
  by: RolloutStep["by"];
  staffId: string | null;
  words: string | null;
  grounds: Grounds | null;
};

/** False: it stood so already, or is not there. */
export async function takeStep(tx: DirectoryTransaction, step: NewStep): Promise<boolean> {
  const { sha256, stage, haltedReason, by, staffId, words } = step;
  const grounds = step.grounds === null ? null : toJson(step.grounds);
  const { isNew } = await getRow(
    tx,
    sql<{ isNew: boolean }>`
      select directory.take_rollout_step(${newId()}, ${sha256}, ${stage}, ${haltedReason}, ${by},
        ${staffId}, ${words}, ${grounds}::jsonb, ${tx.now}) as "isNew"`,
  );
  return isNew;
}

export type StepRow = Omit<RolloutStep, "at" | "grounds"> & {
  sha256: string;
  at: Date;
  grounds: Grounds | null;
};

export function listSteps(tx: DirectoryTransaction): Promise<StepRow[]> {
  return listRows(
    tx,
    sql<StepRow>`
      select sha256, at, deed, stage, by, name, words, grounds, ruled
      from directory.list_rollout_deeds()`,
  );
}
