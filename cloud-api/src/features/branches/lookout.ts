import { nameKey, type SealingKey } from "@foyer/contract";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { findPositions, type Positions } from "../../platform/live.ts";
import type { RateGate } from "../../platform/rate-gate.ts";
import type { BoxKey } from "../../platform/session.ts";
import { type BranchFacts, type FactsShelf, NO_FACTS } from "./branch-facts.ts";
import { askAboutGuests, type Held } from "./held.ts";
import { listBranchHeads, listCommanded, listKeysHeld, noteContacts } from "./lookout-queries.ts";
import type { BranchHead } from "./queries.ts";
import { riseAbove } from "./restored-versions.ts";
import { speakAbove } from "./restored-words.ts";
import { provideSealingKey } from "./sealing-keys.ts";
import { openTurns } from "./turns.ts";

/** What a box can be told, each by itself. */
export type Piece = "settings" | "guests" | "commands" | "codes" | "coupons";
export const PIECES: readonly Piece[] = ["settings", "guests", "commands", "codes", "coupons"];

export type Waiting = {
  box: BoxKey;
  held: Held;
  /** The position up to which nobody of the guests was found for it before. */
  lookedTo: number;
};

export type Look = {
  /** Read before anything was looked at. */
  positions: Positions;
  lookedTo: number;
  /** What may be news to the box, and need not be; nothing else is. */
  mayBeNews: ReadonlySet<Piece>;
  /** Another than the box seals events to; null: none. */
  sealingKey: SealingKey | null;
};

/** Looks for news to a box, together with all others of its tenant that wait at the moment. */
export type Lookout = (waiting: Waiting) => Promise<Look>;

/** More are looked at in turns: one statement is to be short. */
const LOOK_BOXES_MAX = 250;

/**
 * A move of the log wakes all boxes of a company, and concerns one branch or none: each would ask the
 * database a dozen things to find that it has no news. So they ask together, one question a tenant at a
 * time, and whoever comes meanwhile is in the next.
 */
export function openLookout(
  { database, hooks, sealing }: Pick<Context, "database" | "hooks" | "sealing">,
  { facts, leads }: { facts: FactsShelf; leads: RateGate },
): Lookout {
  return openTurns({
    tenantOf: ({ box }) => box.tenantId,
    nameOf: ({ box }) => box.boxId,
    ...{ questionsMax: LOOK_BOXES_MAX, turnsMax: 1 },
    answer: async (tenantId, waiting: readonly Waiting[]) => {
      const { looks, risen } = await database.inTenant(tenantId, (tx) =>
        lookFor(tx, { hooks, sealing, facts, leads, waiting }),
      );
      // What was not kept costs nobody a lead: the box says it again.
      for (const boxId of risen) leads.draw(boxId);
      return looks;
    },
  });
}

type Question = Pick<Context, "hooks" | "sealing"> & {
  facts: FactsShelf;
  /** How often a box may say that it is ahead of the cloud. */
  leads: RateGate;
  waiting: readonly Waiting[];
};

/** A waiting box with what is known of its branch. */
type Seen = Waiting & {
  head: BranchHead | null;
  isSettingsNews: boolean;
  /** Null: nobody has read the branch's settings since they changed. */
  facts: BranchFacts | null;
};

/** One look for each, in their order; `risen`: the boxes above which settings or words were raised. */
async function lookFor(
  tx: TenantTransaction,
  { hooks, sealing, facts, leads, waiting }: Question,
): Promise<{ looks: Look[]; risen: ReadonlySet<string> }> {
  const positions = await findPositions(tx);
  const keys = new Set(
    await listKeysHeld(
      tx,
      waiting.map(({ box }) => keyIdOf(box)),
    ),
  );
  const heads = await listBranchHeads(
    tx,
    waiting.map(({ box }) => box.branchId),
  );
  const { branches, boxIds } = await riseAbove(tx, heads, { waiting, leads });
  const risen = new Set([...boxIds, ...(await speakAbove(tx, hooks, { waiting, leads }))]);
  await noteContacts(
    tx,
    waiting.map(({ box, held }) => ({ boxId: box.boxId, settingsVersion: held.settings })),
  );
  const sealsEvents = waiting.some(({ held }) => held.sealingKey !== null);
  const sealingKey = sealsEvents ? await provideSealingKey(tx, sealing) : null;
  const seen = waiting.map((each) => see(each, branches.get(each.box.branchId) ?? null, facts));
  const find = await findPieces(tx, hooks, seen);
  const looks = seen.map((each) => {
    const { mayBeNews, lookedTo } = find(each);
    // The box was removed, or is to have its commands brought over: that is for it alone to find.
    const isOwn = !keys.has(keyIdOf(each.box).toString("base64url")) || each.head?.hasOldCommands;
    const { sealingKey: heldKey } = each.held;
    return {
      ...{ positions, lookedTo, mayBeNews: isOwn ? new Set(PIECES) : mayBeNews },
      sealingKey: heldKey === null || heldKey === sealingKey?.id ? null : sealingKey,
    };
  });
  return { looks, risen };
}

const keyIdOf = ({ publicKey }: BoxKey): Buffer => Buffer.from(nameKey(publicKey), "base64url");

function see(waiting: Waiting, head: BranchHead | null, shelf: FactsShelf): Seen {
  if (!head) return { ...waiting, head, isSettingsNews: false, facts: NO_FACTS };
  const isSettingsNews = head.settingsVersion > waiting.held.settings;
  // Where settings are told anyway, whatever they ask for beyond the older ones is looked for then.
  const facts = isSettingsNews ? shelf.peekAny(head.id) : shelf.peek(head);
  return { ...waiting, head, isSettingsNews, facts };
}

type Found = Pick<Look, "lookedTo" | "mayBeNews">;

async function findPieces(
  tx: TenantTransaction,
  hooks: Context["hooks"],
  seen: readonly Seen[],
): Promise<(box: Seen) => Found> {
  const guests = await hooks.lookForGuests?.(
    tx,
    seen.flatMap(({ box, held, lookedTo, facts }) =>
      facts ? [{ ...askAboutGuests(facts, { ...box, held }), lookedTo }] : [],
    ),
  );
  const after = (key: "boxCommands" | "codes") =>
    seen.flatMap(({ box, held }) => {
      const position = held[key];
      return position === null ? [] : [{ boxId: box.boxId, after: position }];
    });
  const commanded = new Set(await listCommanded(tx, after("boxCommands")));
  const answered = new Set(await hooks.listBoxesWithAnswers?.(tx, after("codes")));
  const rewarded = new Set(
    await hooks.listBoxesWithCoupons?.(
      tx,
      seen.flatMap(({ box: { boxId }, held: { epoch, coupons }, facts }) =>
        facts && coupons !== null
          ? [{ boxId, epoch, surveyIds: facts.surveyIds, after: coupons }]
          : [],
      ),
    ),
  );
  return ({ box: { boxId }, isSettingsNews, facts, lookedTo }) => {
    const look = guests?.get(boxId);
    const may: Record<Piece, boolean> = {
      settings: isSettingsNews,
      guests:
        facts === null || look?.news === "maybe" || (look?.news === "behind" && !isSettingsNews),
      commands: commanded.has(boxId),
      codes: answered.has(boxId),
      coupons: facts === null || rewarded.has(boxId),
    };
    return {
      lookedTo: look?.lookedTo ?? lookedTo,
      mayBeNews: new Set(PIECES.filter((piece) => may[piece])),
    };
  };
}
