import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { isReplaying } from "../../platform/follow-progress.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { countWalked, listCustomersAfter } from "../customers/index.ts";
import { giveByRule, takeByRule } from "../marks/index.ts";
import { listTenantIds } from "../tenants/index.ts";
import {
  beginRun,
  deleteScores,
  endRun,
  findRun,
  findSettings,
  listScores,
  listTiers,
  listTouched,
  lockScores,
  moveRun,
  sumVisits,
  writeScores,
} from "./queries.ts";
import { findTier, type ScoreSettings, scoreVisits } from "./rules.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** What a customer's visits are worth has changed. */
    "customer.scored": { customerId: string };
    /** Everybody was scored by new settings. */
    "scores.recounted": Record<string, never>;
  }
}

const DAY_MS = 86_400_000;
const BATCH_CUSTOMERS = 500;
const BATCHES_A_RUN = 40;
const RUN_TASK = "scores.run";
/** How soon is looked again whether a replay has ended. */
const REPLAY_REST_MS = 5000;
/** What points are counted from, and where tiers are noted. */
const SOURCES = ["customers", "marks", "visits", "scores"];
type Step = "more" | "done" | "replaying";
const TYPES = [
  ...["visit.started", "visit.ended", "session.started", "device.recognised"],
  ...["guest.verified", "guest.recognised", "guest.registered", "guest.deletion-requested"],
  ...["guest.expired", "member-code.issued", "consent.given", "consent.withdrawn"],
  "customer.consent-taken-back",
  ...["customer.changed", "customer.merged", "customer.unmerged", "customer.erasure-ordered"],
  ...["customer.tier-changed", "tier.removed", "replay.begun"],
  ...["customer.added", "customer.imported"],
];

/** All of it is done once for a batch of events. */
export const scoreHandlers: EventHandlers = Object.fromEntries(
  TYPES.map((type) => [type, async () => []]),
);

/** Scores those anew whose visits some events were about. */
export async function settleScores(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  if (tx.replaying) return [];
  const read = (key: string) =>
    events.map(({ payload }) => payload[key]).filter((id) => typeof id === "string");
  // What was read again, or a tier that is gone, is a matter of everybody.
  if (events.some(({ type }) => type === "replay.begun" || type === "tier.removed"))
    await scoreAll(tx, "settings");
  const place = { from: events[0]?.position ?? 0, to: events.at(-1)?.position ?? 0 };
  const guestIds = [...read("guestId"), ...(await listNewcomers(tx, events))];
  const about = { guestIds, visitIds: read("visitId"), ...place };
  const touched = await listTouched(tx, about);
  const named = ["customerId", "keptId", "goneId"].flatMap(read);
  const customerIds = [...new Set([...touched, ...named])];
  if (customerIds.length === 0) return [];
  await lockScores(tx);
  return scoreCustomers(tx, { customerIds, settings: await findSettings(tx) });
}

/**
 * The guests that rows of a file stand for, by the rows' own ids. They never came: a file of a hundred
 * thousand is looked at where a rank is for such people, too.
 */
async function listNewcomers(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<string[]> {
  const brought = events.filter(({ type }) => type === "customer.imported");
  if (brought.length === 0 || findTier(0, (await findSettings(tx)).ranks) === null) return [];
  return brought.flatMap(({ payload }) => Object.keys(payload.rows ?? {}));
}

type Scoring = { customerIds: readonly string[]; settings: ScoreSettings };

/** Works points and tiers out anew; gives the events of what changed. To be done under `lockScores`. */
export async function scoreCustomers(
  tx: TenantTransaction,
  { customerIds, settings }: Scoring,
): Promise<NewEvent[]> {
  const since = new Date(tx.now.getTime() - settings.windowDays * DAY_MS);
  const summed = await sumVisits(tx, { customerIds, since });
  const scored = summed.map((sum) => ({ ...sum, ...scoreVisits(sum, { settings, now: tx.now }) }));
  const before = new Map((await listScores(tx, customerIds)).map((row) => [row.customerId, row]));
  const changed = scored.filter((score) => !isSame(score, before.get(score.customerId)));
  await writeScores(tx, changed);
  const has = new Map(scored.map((score) => [score.customerId, score]));
  const gone = [...before.keys()].filter((id) => !has.has(id));
  if (gone.length > 0) await deleteScores(tx, gone);
  const wanted = new Map(
    customerIds.map((id) => [id, findTier(has.get(id)?.total ?? 0, settings.ranks)]),
  );
  const tiered = await setTiers(tx, wanted);
  return [...changed.map(({ customerId }) => customerId), ...gone]
    .map((customerId) => toEvent(tx, "customer.scored", { customerId }))
    .concat(tiered);
}

type Kept = { firstAt: Date; lastAt: Date; visits: number; total: number };
type Compared = Kept & { length: number; recency: number; frequency: number };

function isSame(one: Compared, other: Compared | undefined): boolean {
  return (
    other !== undefined &&
    one.firstAt.getTime() === other.firstAt.getTime() &&
    one.lastAt.getTime() === other.lastAt.getTime() &&
    (["visits", "length", "recency", "frequency"] as const).every((key) => one[key] === other[key])
  );
}

/** Gives the tiers that points are worth, and takes what they are not worth any more. */
async function setTiers(
  tx: TenantTransaction,
  wanted: ReadonlyMap<string, string | null>,
): Promise<NewEvent[]> {
  const tiers = await listTiers(tx, [...wanted.keys()]);
  const held = new Map(tiers.map((row) => [row.customerId, row]));
  const [given, taken] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const add = (to: Map<string, string[]>, tierId: string, customerId: string) =>
    to.set(tierId, [...(to.get(tierId) ?? []), customerId]);
  for (const [customerId, tierId] of wanted) {
    const has = held.get(customerId);
    if (has && (!has.byRule || has.tierId === tierId)) continue;
    if (tierId !== null) add(given, tierId, customerId);
    else if (has) add(taken, has.tierId, customerId);
  }
  const caused: NewEvent[] = [];
  for (const [markId, customerIds] of taken)
    caused.push(...(await takeByRule(tx, { kind: "tier", markId, customerIds })));
  for (const [markId, customerIds] of given)
    caused.push(
      ...(await giveByRule(tx, { kind: "tier", markId, customerIds, isTakenAgain: true })),
    );
  return caused;
}

function toEvent(
  tx: TenantTransaction,
  type: "customer.scored" | "scores.recounted" | "scores.changed",
  payload: Record<string, unknown>,
): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, payload, ...common };
}

/** The company chose other settings: moves the log, which wakes the screens. */
export const scoresChanged = (tx: TenantTransaction) => toEvent(tx, "scores.changed", {});

/** Has everybody scored anew in the background. */
export async function scoreAll(tx: TenantTransaction, because: "settings" | "time"): Promise<void> {
  await lockScores(tx);
  await beginRun(tx, because);
  await enqueue(tx, { task: RUN_TASK, payload: {}, key: "run" });
}

export const scoreJobs: Jobs = {
  // Points fall as days pass: once a day they are worked out for everybody.
  "scores.nightly": {
    cron: "37 18 * * *",
    work: async ({ database }) => {
      for (const tenantId of await database.inDirectory(listTenantIds))
        await database.inTenant(tenantId, (tx) => scoreAll(tx, "time"));
    },
  },
  [RUN_TASK]: {
    work: async (context, { tenantId }) => {
      if (tenantId === null) return;
      let step: Step = "more";
      for (let batch = 0; step === "more" && batch < BATCHES_A_RUN; batch += 1)
        step = await scoreNext(context, tenantId);
      if (step === "done") return;
      const rest = step === "replaying" ? REPLAY_REST_MS : 0;
      const runAt = new Date(context.clock().getTime() + rest);
      await context.database.inTenant(tenantId, (tx) =>
        enqueue(tx, { task: RUN_TASK, payload: {}, key: "run", runAt }),
      );
    },
  },
};

/** Scores the next customers of a run. */
export function scoreNext(
  { database }: Pick<JobContext, "database">,
  tenantId: string,
): Promise<Step> {
  return database.changeTenant<Step>(tenantId, async (tx) => {
    await lockScores(tx);
    if (await isReplaying(tx, SOURCES)) return { result: "replaying", events: [] };
    const run = await findRun(tx);
    if (!run) return { result: "done", events: [] };
    const customerIds = await listCustomersAfter(tx, { after: run.doneTo, limit: BATCH_CUSTOMERS });
    const caused = await scoreCustomers(tx, { customerIds, settings: await findSettings(tx) });
    // Of new settings nobody is told one by one, but of tiers, which boxes have to hear of.
    const isByTime = run.because === "time";
    const events = isByTime ? caused : caused.filter(({ type }) => type !== "customer.scored");
    const last = customerIds.at(-1);
    if (last === undefined || customerIds.length < BATCH_CUSTOMERS) {
      await endRun(tx);
      return { result: "done", events: [...events, toEvent(tx, "scores.recounted", {})] };
    }
    const total = run.total > 0 ? run.total : await countWalked(tx);
    await moveRun(tx, { doneTo: last, judged: customerIds.length, total });
    return { result: "more", events };
  });
}
