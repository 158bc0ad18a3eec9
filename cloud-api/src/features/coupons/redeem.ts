import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { listBranchNames } from "../branches/index.ts";
import { couponEvent } from "./issue.ts";
import { listKindWords } from "./kind-queries.ts";
import { tellBox } from "./pool-queries.ts";
import {
  findOwner,
  findTogether,
  lockCoupons,
  noteRedeemed,
  type TillRow,
} from "./redeem-queries.ts";
import { judgeCoupon, normaliseCouponCode } from "./rules.ts";
import type { TillReply } from "./schema.ts";

type AtTill = { code: string; branchId: string };

const UNKNOWN: TillReply = { state: "unknown" };

/** What a till is to know of a code, without redeeming it. */
export async function checkCoupon(
  tx: TenantTransaction,
  { code: typed, branchId }: AtTill,
): Promise<TillReply> {
  const code = normaliseCouponCode(typed);
  const together = code === null ? [] : await findTogether(tx, code);
  const [shown] = together;
  return shown ? describe(tx, { shown, together, branchId }) : UNKNOWN;
}

/**
 * Redeems a coupon, once: of two tills at the same moment one is told that it did, the other when and
 * where it was done. The same try sent again is told the same.
 */
export async function redeemCoupon(
  tx: TenantTransaction,
  { code: typed, branchId, redemptionId, by }: AtTill & { redemptionId: string; by: string },
): Promise<Changed<TillReply>> {
  const code = normaliseCouponCode(typed);
  const [found, ...others] = code === null ? [] : await findTogether(tx, code);
  if (!found) return { result: UNKNOWN, events: [] };
  const together = await lockCoupons(
    tx,
    [found, ...others].map(({ id }) => id),
  );
  const shown = together.find(({ id }) => id === found.id) ?? found;
  const { id, kindId, boxId } = shown;
  if (shown.redemptionId === redemptionId && shown.redeemedAt !== null) {
    const words = await getWords(tx, kindId);
    return {
      result: { state: "redeemed", ...words, at: shown.redeemedAt.toISOString() },
      events: [],
    };
  }
  const reply = await describe(tx, { shown, together, branchId });
  if (reply.state !== "valid") return { result: reply, events: [] };
  await noteRedeemed(tx, { id, branchId, by, redemptionId });
  if (boxId !== null) await tellBox(tx, { id, boxId });
  noteChange(tx, {
    kind: "coupons",
    id,
    before: { redeemed: false },
    after: { redeemed: true, branchId },
  });
  const told = { couponId: id, kindId, customerId: await findOwner(tx, id) };
  const { validUntil: _validUntil, ...words } = reply;
  return {
    result: { ...words, state: "redeemed", at: tx.now.toISOString() },
    events: [couponEvent(tx, { what: "redeemed", branchId, told })],
  };
}

async function describe(
  tx: TenantTransaction,
  { shown, together, branchId }: { shown: TillRow; together: TillRow[]; branchId: string },
): Promise<TillReply> {
  const { branchIds, ...words } = await getKind(tx, shown.kindId);
  // Its own redemption is told before that of another one.
  const used = [shown, ...together].find(({ redeemedAt }) => redeemedAt !== null);
  const redeemed = used?.redeemedAt && {
    ...{ at: used.redeemedAt, branchId: used.redeemedBranchId ?? "" },
  };
  const coupon = { redeemed: redeemed ?? null, validUntil: shown.validUntil, branchIds };
  const verdict = judgeCoupon(coupon, { branchId, now: tx.now });
  switch (verdict.state) {
    case "valid":
      return { ...verdict, ...words, validUntil: shown.validUntil?.toISOString() ?? null };
    case "used": {
      const [branchName = null] = await nameBranches(tx, [verdict.branchId]);
      return { state: "used", ...words, at: verdict.at.toISOString(), branchName };
    }
    case "expired":
      return { state: "expired", ...words, at: verdict.at.toISOString() };
    case "other-branch":
      return { ...verdict, ...words, branchNames: await nameBranches(tx, branchIds) };
    default:
      return assertNever(verdict);
  }
}

async function getKind(tx: TenantTransaction, kindId: string) {
  const kind = (await listKindWords(tx, [kindId])).get(kindId);
  if (!kind) throw new Error(`A coupon of a kind that is not there: ${kindId}`);
  const { name, offer, terms, branchIds } = kind;
  return { name, offer, terms, branchIds };
}

async function getWords(tx: TenantTransaction, kindId: string) {
  const { branchIds: _branchIds, ...words } = await getKind(tx, kindId);
  return words;
}

async function nameBranches(tx: TenantTransaction, ids: readonly string[]): Promise<string[]> {
  return (await listBranchNames(tx)).filter(({ id }) => ids.includes(id)).map(({ name }) => name);
}

/** A till stands in a branch that whoever serves at it may reach. */
export async function requireBranch(tx: TenantTransaction, branchId: string): Promise<void> {
  const branches = await listBranchNames(tx);
  if (branches.some(({ id }) => id === branchId)) return;
  throw refuse("not-found", "There is no such branch. It may have been removed.", {
    field: "/branchId",
  });
}

function assertNever(verdict: never): never {
  throw new Error(`unknown verdict ${JSON.stringify(verdict)}`);
}
