import { setTimeout as rest } from "node:timers/promises";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { CloudEvents, EventHandlers, NewEvent } from "../../platform/events.ts";
import { findCursor, isReplaying } from "../../platform/follow-progress.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import {
  type BrandMove,
  beginBrandMove,
  countBoxesTold,
  endBrandMove,
  findBrandPace,
  hasBrandMoves,
  lockBrandMove,
  noteBrandStep,
  noteWalked,
} from "../branches/index.ts";
import { listTenantIds } from "../tenants/index.ts";
import { countKnownTo, listCustomersOfBranch } from "./brand-moves-queries.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** A branch is on its way to the brand it was put under: its guests are that brand's as well. */
    "branch.brand-coming": { branchId: string };
    /** Its guests of these customers are looked at: behind `after`, up to and with `upTo`. */
    "branch.guests-walked": { branchId: string; after: string; upTo: string };
    /** Its boxes are told of that brand's guests, and its own are no other brand's any more. */
    "branch.brand-told": { branchId: string };
  }
}

const MOVE_TASK = "visits.move-brands";
/** So many guests change for boxes by one event. */
const WALK_CUSTOMERS = 500;
/** What a move tells all boxes together in a second: they and the cloud have other work. */
const TOLD_PER_SECOND = 2000;
/** A box that is to forget somebody is told an id alone. */
const FORGET_SHARE = 0.1;
/** Looked so often for whether the last step has been read: the next one begins where it ended. */
const STEP_MS = 250;
/** A job goes on so long, and over rests of so long: then the worker is others'. */
const SLICE_MILLISECONDS = 5000;
const HELD_MS_MAX = 1000;
const REPLAY_REST_MS = 5000;
const AFTER_ALL = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/**
 * Where branches were put under a brand: what boxes are told follows, one branch after another. First its
 * guests are made known to the brand's boxes, then its own boxes are told the brand's, and last its guests
 * are taken from the boxes of the brand it was of.
 */
export const moveHandlers: EventHandlers = {
  "brand.branches-changed": async (tx) => {
    await beginMoves(tx);
    return [];
  },
  "branch.brand-coming": async (tx, { payload }) => {
    if (!tx.replaying) await beginBrandMove(tx, payload.branchId);
    return [];
  },
  "branch.brand-told": async (tx, { payload, position }) => {
    if (!tx.replaying) await endBrandMove(tx, { ...payload, position });
    return [];
  },
};

export const moveJobs: Jobs = {
  // Moves that a migration asked for, and those whose job was given up.
  "visits.look-for-moves": {
    cron: "*/10 * * * *",
    work: async ({ database }) => {
      for (const tenantId of await database.inDirectory(listTenantIds))
        await database.inTenant(tenantId, async (tx) => {
          if (await hasBrandMoves(tx)) await beginMoves(tx);
        });
    },
  },
  [MOVE_TASK]: {
    work: async (context, { tenantId }) => {
      if (tenantId !== null) await moveOn(context, tenantId);
    },
  },
};

const beginMoves = (tx: TenantTransaction, runAt = tx.now): Promise<void> =>
  enqueue(tx, { task: MOVE_TASK, payload: {}, key: "moves", runAt });

/** One slice of the moves. Several may run at once: the pace stands in the branches' rows. */
async function moveOn(context: JobContext, tenantId: string): Promise<void> {
  const { clock, database } = context;
  const until = Date.now() + SLICE_MILLISECONDS;
  for (;;) {
    const pause = await takeStep(context, tenantId);
    if (pause === null) return;
    if (pause > HELD_MS_MAX || Date.now() + pause > until) {
      const runAt = new Date(clock().getTime() + pause);
      return await database.inTenant(tenantId, (tx) => beginMoves(tx, runAt));
    }
    await rest(pause);
  }
}

/** Gives the milliseconds to rest before the next step; null: there is none. */
export async function takeStep(
  { database }: Pick<JobContext, "database">,
  tenantId: string,
): Promise<number | null> {
  return await database.appendInTenant<Promise<number | null>>(tenantId, async (tx) => {
    const later = (pause: number | null) => ({ events: [], conclude: async () => pause });
    if (await isReplaying(tx, ["customers", "marks", "visits"])) return later(REPLAY_REST_MS);
    const move = await lockBrandMove(tx);
    if (!move) return later(null);
    const early = await findRest(tx);
    if (early > 0) return later(early);
    const { told, event } = await planStep(tx, move);
    const pause = Math.max(STEP_MS, (told / TOLD_PER_SECOND) * 1000);
    const nextAt = new Date(tx.now.getTime() + pause);
    const conclude = async (positions: ReadonlyMap<string, number>) => {
      const steppedTo = positions.get(event.id) ?? 0;
      await noteBrandStep(tx, { branchId: move.branchId, nextAt, steppedTo });
      return pause;
    };
    return { events: [event], conclude };
  });
}

/** Milliseconds until the boxes have had time for the last step, and `visits` has read it. */
async function findRest(tx: TenantTransaction): Promise<number> {
  const { nextAt, steppedTo } = await findBrandPace(tx);
  const early = nextAt === null ? 0 : nextAt.getTime() - tx.now.getTime();
  if (early > 0) return early;
  return (await findCursor(tx, "visits")) < steppedTo ? STEP_MS : 0;
}

/** `told`: how many guests all boxes together are told of by it. */
async function planStep(
  tx: TenantTransaction,
  move: BrandMove,
): Promise<{ told: number; event: NewEvent }> {
  const { branchId } = move;
  if (move.step === "begin")
    return { told: 0, event: moveEvent(tx, "branch.brand-coming", { branchId }) };
  if (move.step === "turn")
    return {
      told: await countKnownTo(tx, branchId),
      event: moveEvent(tx, "branch.brand-told", { branchId }),
    };
  const { after, coming } = move;
  const limit = WALK_CUSTOMERS;
  const customerIds = await listCustomersOfBranch(tx, { branchId, after, limit });
  const upTo = customerIds.length < limit ? AFTER_ALL : (customerIds.at(-1) ?? AFTER_ALL);
  await noteWalked(tx, { branchId, upTo: upTo === AFTER_ALL ? null : upTo });
  const boxes = await countBoxesTold(tx, coming);
  const share = coming === null ? FORGET_SHARE : 1;
  return {
    told: customerIds.length * boxes * share,
    event: moveEvent(tx, "branch.guests-walked", { branchId, after, upTo }),
  };
}

function moveEvent<T extends "branch.brand-coming" | "branch.guests-walked" | "branch.brand-told">(
  tx: TenantTransaction,
  type: T,
  payload: CloudEvents[T],
): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, payload, ...common };
}
