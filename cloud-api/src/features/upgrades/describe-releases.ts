import type { DirectoryTransaction } from "../../platform/db.ts";
import { listFailures, listReleases } from "./queries.ts";
import { readRow } from "./releases.ts";
import {
  type KeptBox,
  listRules,
  listStandings,
  listSteps,
  type RuleRow,
  type StandingRow,
  type StepRow,
} from "./rollout-queries.ts";
import { patienceAt, planNext, type Rollout } from "./rollout-rules.ts";
import { countParts } from "./rules.ts";
import type { NextStep, OperatedRelease, RolloutBox } from "./schema.ts";

/** The newest first: in five statements, however many boxes and companies there are. */
export async function describeReleases(tx: DirectoryTransaction): Promise<OperatedRelease[]> {
  const rules = groupByRelease(await listRules(tx));
  const everywhere = { sha256: null, ring: null };
  const standings = groupByRelease(await listStandings(tx, everywhere, patienceAt(tx.now)));
  const steps = groupByRelease(await listSteps(tx));
  const failures = groupByRelease(await listFailures(tx));
  return (await listReleases(tx)).map((row) => {
    const { sha256, stage, haltedReason, upgraded, rolledBack, refused, lastReason } = row;
    const announcement = readRow(row);
    const [rule] = rules.get(sha256) ?? [];
    const counts = standings.get(sha256) ?? [];
    return {
      ...{ announcement, addedAt: row.addedAt.toISOString() },
      ...{ partsHeld: row.parts, partsWanted: countParts(announcement.bytes) },
      ...{ stage, stagedAt: row.stagedAt?.toISOString() ?? null, haltedReason },
      ...{ upgraded, rolledBack, refused, lastReason },
      failures: (failures.get(sha256) ?? []).map(({ boxId, tenant, outcome, reason, at }) => ({
        ...{ boxId, tenant, outcome, reason, at: at.toISOString() },
      })),
      ...describeRule(rule, { stage, haltedReason, counts }),
      standings: counts.map(({ standing, boxes, examples }) => ({
        ...{ standing, boxes, examples: examples.map(describeBox) },
      })),
      steps: (steps.get(sha256) ?? []).map(describeStep),
    };
  });
}

function groupByRelease<Row extends { sha256: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ sha256 }) => sha256);
}

function describeRule(
  rule: RuleRow | undefined,
  {
    counts,
    ...standing
  }: Pick<Rollout, "stage" | "haltedReason"> & { counts: readonly StandingRow[] },
): Pick<OperatedRelease, "rule" | "next"> {
  if (!rule) throw new Error("A release that was listed has no rule.");
  const { advanceHours, haltBoxes, haltPercent } = rule;
  const planned = planNext({ ...rule, ...standing }, counts);
  const next: NextStep =
    planned.kind === "at" ? { kind: "at", at: planned.at.toISOString() } : planned;
  return { rule: { advanceHours, haltBoxes, haltPercent }, next };
}

/** Whose it is by the company's name alone; its time is PostgreSQL's text, in JSON. */
function describeBox({ boxId, tenant, reason, askedAt }: KeptBox): RolloutBox {
  return { boxId, tenant, reason, askedAt: new Date(askedAt).toISOString() };
}

function describeStep({ sha256: _, at, grounds, ...step }: StepRow) {
  const told = grounds && { ...grounds, examples: grounds.examples.map(describeBox) };
  return { ...step, at: at.toISOString(), grounds: told };
}
