import { endOfDay } from "@foyer/admission";
import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers } from "../../platform/events.ts";
import { getBranch } from "../branches/index.ts";
import { isForgotten } from "../customers/index.ts";
import { eraseOwners, giveCouponsBack, moveCoupons, noteGiven } from "./coupon-queries.ts";
import { rewardProfile, rewardProfileOfGuest } from "./profile.ts";
import { claimOfAnswer } from "./rules.ts";

const erase = async (tx: TenantTransaction, customerId: string | null): Promise<[]> => {
  await eraseOwners(tx, customerId);
  return [];
};

export const couponHandlers: EventHandlers = {
  "coupon.issued": async (tx, { branchId, origin, payload, occurredAt: issuedAt }) => {
    const { couponId: id, validDays: days, surveyId, answerId, guestId } = payload;
    const { timeZone } = await getBranch(tx, branchId);
    const isNobodys = guestId === null || (await isForgotten(tx, guestId));
    await noteGiven(tx, {
      ...{ id, boxId: origin.boxId, issuedAt, branchId, surveyId, occasion: "survey" },
      validUntil: endOfDay(issuedAt, { days, timeZone }),
      claim: claimOfAnswer(answerId),
      guestId: isNobodys ? null : guestId,
      customerId: null,
    });
    return [];
  },
  "customer.added": (tx, { payload }) => rewardProfile(tx, payload.customerId),
  "customer.edited": (tx, { payload }) => rewardProfile(tx, payload.customerId),
  "guest.registered": (tx, { payload }) => rewardProfileOfGuest(tx, payload.guestId),
  // Where a log is read again, each coupon stands with whom it was given to last.
  "customer.merged": async (tx, { payload }) => {
    if (!tx.replaying) await moveCoupons(tx, payload);
    return [];
  },
  "customer.unmerged": async (tx, { payload }) => {
    if (!tx.replaying) await giveCouponsBack(tx, payload);
    return [];
  },
  // The customers' own handlers have noted by now who was forgotten.
  "guest.deletion-requested": (tx) => erase(tx, null),
  "customer.erasure-ordered": (tx, { payload }) => erase(tx, payload.customerId),
  "guest.expired": (tx) => erase(tx, null),
};
