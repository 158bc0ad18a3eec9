import { endOfDay } from "@foyer/admission";
import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers } from "../../platform/events.ts";
import { getBranch } from "../branches/index.ts";
import { isForgotten } from "../customers/index.ts";
import { eraseOwners, moveCustomer, moveCustomerBack, noteGiven } from "./coupon-queries.ts";
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
  // An address that was proved is a field, and what a guest told before is their customer's from now on.
  "guest.verified": (tx, { payload }) => rewardProfileOfGuest(tx, payload.guestId),
  "guest.recognised": (tx, { payload }) => rewardProfileOfGuest(tx, payload.guestId),
  "customer.merged": async (tx, { payload: { goneId, keptId } }) => {
    if (!tx.replaying) await moveCustomer(tx, { goneId, keptId });
    return rewardProfile(tx, keptId);
  },
  "customer.unmerged": async (tx, { payload: { goneId, keptId } }) => {
    if (!tx.replaying) await moveCustomerBack(tx, { goneId, keptId });
    return [];
  },
  // The customers' own handlers have noted by now who was forgotten.
  "guest.deletion-requested": (tx) => erase(tx, null),
  "customer.erasure-ordered": (tx, { payload }) => erase(tx, payload.customerId),
  "guest.expired": (tx) => erase(tx, null),
};
