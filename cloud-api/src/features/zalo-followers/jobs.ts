import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { type BroughtRow, bringRows, planRows } from "../customers/index.ts";
import { listTenantIds } from "../tenants/index.ts";
import { type AccountApi, type Fault, openAccountApi, PAGE_FOLLOWERS } from "./account-api.ts";
import {
  type AccountRow,
  beginRun,
  endRun,
  findAccount,
  listAccounts,
  lockAccount,
  noteFollows,
  noteLeft,
  noteStep,
  type Step,
} from "./queries.ts";
import { nameFollower, readProfile } from "./rules.ts";

export const SYNC_TASK = "zalo-followers.sync";
export const PROFILE_TASK = "zalo-followers.profile";
/** A job gives its place to others after this time. */
const SLICE_MILLISECONDS = 10_000;
/** Profiles that are asked for at once. */
const AT_ONCE = 5;
const LIST_FOLLOWERS_MAX = 1_000_000;

type Place = { tenantId: string; senderId: string };
type Met = { userId: string; row: BroughtRow; follows: boolean };

export const followerJobs: Jobs = {
  // Every night, since a webhook may be switched off, or lost.
  "zalo-followers.nightly": {
    cron: "23 19 * * *",
    work: async ({ database }) => {
      for (const tenantId of await database.inDirectory(listTenantIds))
        await database.inTenant(tenantId, async (tx) => {
          for (const { senderId } of await listAccounts(tx)) await startRun(tx, senderId);
        });
    },
  },
  [SYNC_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { senderId } = payload as { senderId: string };
      if (tenantId !== null) await sync(context, { tenantId, senderId });
    },
  },
  [PROFILE_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { senderId, userId } = payload as { senderId: string; userId: string };
      if (tenantId !== null) await bringOne(context, { tenantId, senderId, userId });
    },
  },
};

/** Begins a run through the list; one that goes on already begins anew. */
export async function startRun(tx: TenantTransaction, senderId: string): Promise<void> {
  await beginRun(tx, senderId);
  await enqueue(tx, { task: SYNC_TASK, payload: { senderId }, key: senderId });
}

async function sync(context: JobContext, place: Place): Promise<void> {
  const { database } = context;
  const { tenantId, senderId } = place;
  const until = Date.now() + SLICE_MILLISECONDS;
  for (;;) {
    const account = await database.inTenant(tenantId, (tx) => findAccount(tx, senderId));
    if (account?.state !== "running") return;
    const page = await readPage(context, { ...place, account });
    const goesOn =
      typeof page === "string"
        ? await fail(context, { ...place, account, failure: page })
        : await takePage(context, { ...place, account, ...page });
    if (!goesOn) return;
    if (Date.now() < until) continue;
    return await database.inTenant(tenantId, (tx) =>
      enqueue(tx, { task: SYNC_TASK, payload: { senderId }, key: senderId }),
    );
  }
}

/** False: the run is over. True: it was begun anew meanwhile, and what is refused may not be any more. */
function fail(
  { database }: JobContext,
  { tenantId, senderId, account, failure }: Place & { account: AccountRow; failure: Fault },
): Promise<boolean> {
  return database.inTenant(tenantId, async (tx) => {
    const now = await lockAccount(tx, senderId);
    if (isBegunAnew(now, account)) return true;
    await endRun(tx, { senderId, failure });
    return false;
  });
}

/**
 * Whoever began it may have found this job at work, and put none in beside it: the run is this job's
 * from here on.
 */
const isBegunAnew = (now: AccountRow | null, before: AccountRow): boolean =>
  now?.state === "running" && now.beganAt?.getTime() !== before.beganAt?.getTime();

type Page = { met: Met[]; total: number; listed: number };

async function readPage(
  context: JobContext,
  { account, ...place }: Place & { account: AccountRow },
): Promise<Page | Fault> {
  const api = openAccountApi(context, place);
  const list = await api.listFollowers(account.place);
  if (list.kind === "fault") return list.fault;
  const named = Array.isArray(list.data.users) ? (list.data.users as { user_id?: unknown }[]) : [];
  const ids = named.map(({ user_id: id }) => String(id ?? "")).filter(Boolean);
  const total = Math.min(Number(list.data.total) || 0, LIST_FOLLOWERS_MAX);
  const met: Met[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const asked = some.map((userId) => meet(context, { api, account, userId }));
    for (const one of await Promise.all(asked)) {
      if (typeof one === "string") return one;
      if (one) met.push(one);
    }
  }
  return { met, total, listed: ids.length };
}

type Meeting = { api: AccountApi; account: AccountRow; userId: string };

/** Null: Zalo gives no profile of them, since they left or closed their account. */
async function meet(
  { clock }: JobContext,
  { api, account, userId }: Meeting,
): Promise<Met | Fault | null> {
  const reply = await api.findProfile(userId);
  if (reply.kind === "fault") return reply.fault === "refused" ? null : reply.fault;
  const { told, follows } = readProfile(reply.data, clock().toISOString().slice(0, 10));
  const zaloId = nameFollower(account.oaId, userId);
  return { userId, follows, row: { rowId: newId(), row: 0, told: { ...told, zaloId } } };
}

/** One page of followers, and the place after it, in one transaction. False: there is no more to do. */
function takePage(
  { database }: JobContext,
  { tenantId, senderId, account, met, total, listed }: Place & { account: AccountRow } & Page,
): Promise<boolean> {
  return database.changeTenant(tenantId, async (tx) => {
    const now = await lockAccount(tx, senderId);
    if (isBegunAnew(now, account)) return { result: true, events: [] };
    // Another worker took this page meanwhile.
    if (now?.state !== "running" || now.place !== account.place)
      return { result: false, events: [] };
    const rows = met.map(({ row }, index) => ({ ...row, row: index }));
    const { kept, step } = await judgeRows(tx, rows);
    const place = account.place + listed;
    await noteStep(tx, { senderId, place, total, step });
    const beganAt = account.beganAt ?? tx.now;
    for (const follows of [true, false]) {
      const told = met.filter((each) => each.follows === follows);
      const identifiers = told.map(({ userId }) => nameFollower(account.oaId, userId));
      await noteFollows(tx, { identifiers, follows, at: beganAt, seenAt: tx.now });
    }
    const isOver = listed < PAGE_FOLLOWERS || place >= total;
    if (isOver) {
      await noteLeft(tx, { oaId: account.oaId, beganAt });
      await endRun(tx, { senderId, failure: null });
    }
    const events = kept.length === 0 ? [] : [bringRows(tx, bringingOf(account), kept)];
    return { result: !isOver, events };
  });
}

/** What staff see of the run, and the rows that bring something. */
async function judgeRows(tx: TenantTransaction, rows: readonly BroughtRow[]) {
  const outcomes = await planRows(tx, rows, { source: "zalo", replace: false });
  const step: Step = { new: 0, changed: 0, same: 0, leftOut: 0 };
  for (const { kind } of outcomes) step[kind === "left-out" ? "leftOut" : kind] += 1;
  const kept = rows.filter((_, index) => {
    const kind = outcomes[index]?.kind;
    return kind === "new" || kind === "changed";
  });
  return { kept, step };
}

export const bringingOf = ({ branchId }: Pick<AccountRow, "branchId">) => ({
  ...{ source: "zalo" as const, importId: null, staffId: null, batch: 0 },
  ...{ branchId, replace: false },
});

/** The profile of somebody who has just begun to follow. */
async function bringOne(
  context: JobContext,
  { userId, ...place }: Place & { userId: string },
): Promise<void> {
  const { database } = context;
  const { tenantId, senderId } = place;
  const account = await database.inTenant(tenantId, (tx) => findAccount(tx, senderId));
  if (!account) return;
  const api = openAccountApi(context, place);
  const met = await meet(context, { api, account, userId });
  // What cannot be asked for now comes with the night's run.
  if (met === null || typeof met === "string") return;
  await database.changeTenant(tenantId, async (tx) => {
    const { kept } = await judgeRows(tx, [met.row]);
    return {
      result: null,
      events: kept.length === 0 ? [] : [bringRows(tx, bringingOf(account), kept)],
    };
  });
}
