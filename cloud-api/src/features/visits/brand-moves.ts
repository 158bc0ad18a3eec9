import { setTimeout as rest } from "node:timers/promises";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { CloudEvents, EventHandlers, NewEvent } from "../../platform/events.ts";
import { isReplaying } from "../../platform/follow-progress.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import {
  type BrandMove,
  beginBrandMove,
  countBoxesTold,
  endBrandMove,
  hasBrandMoves,
  lockBrandMove,
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
/** Until its last word has been read, a step would be taken twice. */
const STEP_MS = 250;
/** Longer rests leave the worker to others. */
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

const beginMoves = (tx: TenantTransaction): Promise<void> =>
  enqueue(tx, { task: MOVE_TASK, payload: {}, key: "moves" });

/** Goes on as long as the rests between the steps are short. */
async function moveOn(context: JobContext, tenantId: string): Promise<void> {
  const { clock, database } = context;
  for (;;) {
    const pause = await takeStep(context, tenantId);
    if (pause === null) return;
    if (pause <= HELD_MS_MAX) {
      await rest(pause);
      continue;
    }
    const runAt = new Date(clock().getTime() + pause);
    return await database.inTenant(tenantId, (tx) =>
      enqueue(tx, { task: MOVE_TASK, payload: {}, key: "moves", runAt }),
    );
  }
}

/** Gives the milliseconds to rest before the next step; null: there is none. */
function takeStep({ database }: JobContext, tenantId: string): Promise<number | null> {
  return database.changeTenant<number | null>(tenantId, async (tx) => {
    if (await isReplaying(tx, ["customers", "visits"]))
      return { result: REPLAY_REST_MS, events: [] };
    const move = await lockBrandMove(tx);
    if (!move) return { result: null, events: [] };
    const { told, event } = await planStep(tx, move);
    return { result: Math.max(STEP_MS, (told / TOLD_PER_SECOND) * 1000), events: [event] };
  });
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
