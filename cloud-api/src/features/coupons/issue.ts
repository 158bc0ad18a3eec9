import { randomInt } from "node:crypto";
import { endOfDay } from "@foyer/admission";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { getBranch } from "../branches/index.ts";
import { insertGiven, type Occasion } from "./coupon-queries.ts";
import { listKindWords } from "./kind-queries.ts";
import { drawCouponCode } from "./rules.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** The cloud gave a coupon; a box's own is told as `coupon.issued`. */
    "coupon.given": Told;
    "coupon.redeemed": Told;
  }
}

type Told = { couponId: string; kindId: string; customerId: string | null };

export function couponEvent(
  tx: TenantTransaction,
  { what, branchId, told }: { what: "given" | "redeemed"; branchId: string | null; told: Told },
): NewEvent {
  const common = { version: 1, origin: null, personal: {} };
  return {
    ...{ id: newId(), type: `coupon.${what}`, occurredAt: tx.now, branchId },
    ...{ payload: told, ...common },
  };
}

export type Earned = {
  kindId: string;
  occasion: Occasion;
  surveyId: string | null;
  claim: string;
  branchId: string;
  guestId: string | null;
  customerId: string | null;
};

/** Gives a coupon for what somebody has done, once: nothing comes of it the second time. */
export async function giveCoupon(tx: TenantTransaction, earned: Earned): Promise<NewEvent[]> {
  const { kindId, branchId, customerId } = earned;
  const kind = (await listKindWords(tx, [kindId])).get(kindId);
  if (!kind || kind.archivedAt !== null) return [];
  const id = newId();
  const { timeZone } = await getBranch(tx, branchId);
  const isNew = await insertGiven(tx, {
    ...{ ...earned, id, issuedAt: tx.now },
    validUntil: endOfDay(tx.now, { days: kind.validDays, timeZone }),
    code: drawCouponCode((limit) => randomInt(limit)),
  });
  const told = { couponId: id, kindId, customerId };
  return isNew ? [couponEvent(tx, { what: "given", branchId, told })] : [];
}
