import { randomInt } from "node:crypto";
import type { CouponNews, CouponSettings } from "@foyer/contract";
import type { CouponQuestion } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { listBranchNames } from "../branches/index.ts";
import { listKindWords, listRewards } from "./kind-queries.ts";
import {
  countPooled,
  insertPooled,
  listAhead,
  listNews,
  listPoolsToTell,
  type Pool,
  takePositions,
  tellUsedAgain,
} from "./pool-queries.ts";
import { drawCouponCode, POOL_COUPONS, TILL_PATH } from "./rules.ts";

/**
 * What a box may give and what of it is used, since the word it holds. What it has told that it gave is
 * made up for, so that it goes on giving when the cloud is away.
 */
export async function findCouponNews(
  tx: TenantTransaction,
  { boxId, epoch, surveyIds, after }: CouponQuestion,
): Promise<CouponNews[]> {
  if (epoch === null) return [];
  const pool = { boxId, epoch };
  const short = (await countPooled(tx, { ...pool, surveyIds })).flatMap(({ kindId, free }) =>
    Array.from({ length: Math.max(0, POOL_COUPONS - free) }, () => kindId),
  );
  if (short.length > 0) await fill(tx, pool, { kindIds: short, above: after });
  return listNews(tx, { ...pool, after });
}

/** Which of some boxes have fewer in hand than they should, or a word to hear. */
export async function listBoxesWithCoupons(
  tx: TenantTransaction,
  boxes: readonly CouponQuestion[],
): Promise<string[]> {
  const asked = boxes.flatMap(({ epoch, ...box }) => (epoch === null ? [] : [{ ...box, epoch }]));
  return asked.length === 0 ? [] : listPoolsToTell(tx, asked, POOL_COUPONS);
}

/**
 * Where boxes hold later words than this cloud has given, as after it was restored from a back-up, it speaks
 * above them from now on. Gives these boxes.
 */
export async function raiseCoupons(
  tx: TenantTransaction,
  boxes: readonly { boxId: string; after: number }[],
): Promise<string[]> {
  const ahead = boxes.length === 0 ? [] : await listAhead(tx, boxes);
  for (const box of ahead) await tellUsedAgain(tx, box);
  return ahead.map(({ boxId }) => boxId);
}

async function fill(
  tx: TenantTransaction,
  pool: Pool,
  { kindIds, above }: { kindIds: string[]; above: number },
): Promise<void> {
  const last = await takePositions(tx, { boxId: pool.boxId, count: kindIds.length, above });
  await insertPooled(tx, pool, {
    kindIds,
    ids: kindIds.map(() => newId()),
    codes: kindIds.map(() => drawCouponCode((limit) => randomInt(limit))),
    positions: kindIds.map((_, index) => last - kindIds.length + 1 + index),
  });
}

/** What a branch's box gives for which of its surveys; null: nothing. */
export async function findCouponSettings(
  tx: TenantTransaction,
  { surveyIds, origin }: { surveyIds: readonly string[]; origin: string },
): Promise<CouponSettings | null> {
  const given = (await listRewards(tx)).filter(
    ({ occasion, surveyId }) => occasion === "survey" && surveyIds.includes(surveyId),
  );
  if (given.length === 0) return null;
  const kinds = await listKindWords(tx, [...new Set(given.map(({ kindId }) => kindId))]);
  const names = new Map((await listBranchNames(tx)).map(({ id, name }) => [id, name]));
  return {
    redeemUrl: `${origin}${TILL_PATH}`,
    kinds: [...kinds.values()].map(({ id, name, offer, terms, validDays, branchIds }) => ({
      ...{ id, name, offer, validDays },
      ...(terms && { terms }),
      ...(branchIds.length > 0 && { places: nameBranches(branchIds, names) }),
    })),
    rewards: given.map(({ surveyId, kindId }) => ({ surveyId, kindId })),
  };
}

/** More than a phone shows are none to read. */
const PLACES_MAX = 50;

const nameBranches = (ids: readonly string[], names: ReadonlyMap<string, string>): string[] =>
  ids.flatMap((id) => names.get(id) ?? []).slice(0, PLACES_MAX);
