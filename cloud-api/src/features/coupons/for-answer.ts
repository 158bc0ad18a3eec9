import type { LocalText } from "@foyer/contract";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { lockCustomer } from "../customers/index.ts";
import { type CouponRow, listCoupons } from "./coupon-queries.ts";
import { giveCoupon } from "./issue.ts";
import { listRewards } from "./kind-queries.ts";
import { claimOfAnswer, lastMomentBefore, linkOfCoupon, spellCode, TILL_PATH } from "./rules.ts";

export type AnswerCoupon = {
  name: LocalText;
  offer: LocalText;
  /** As people read it, in groups. */
  code: string;
  /** What its QR code leads to, behind the cloud's address. */
  redeemPath: string;
  /** The last moment it is good at. */
  validUntil: string;
};

type Answered = { answerId: string; surveyId: string; branchId: string; customerId: string };

/**
 * What a customer gets for an answer that staff took of them: one coupon a survey, wherever they answer
 * it. Asked again it is the same one; null where the survey gives none, or theirs is used or over. The
 * transaction has to reach all of the company: another branch may have given it.
 */
export async function giveForAnswer(
  tx: TenantTransaction,
  { answerId, surveyId, branchId, customerId }: Answered,
): Promise<Changed<AnswerCoupon | null>> {
  const rewards = await listRewards(tx);
  const reward = rewards.find((each) => each.surveyId === surveyId);
  if (!reward) return { result: null, events: [] };
  // Held to the commit: of two answers told at once, one gives it.
  const customer = await lockCustomer(tx, customerId);
  if (!customer || customer.isErased || customer.mergedInto) return { result: null, events: [] };
  const theirs = { kindId: null, customerId, surveyId };
  const [before] = await listCoupons(tx, { ...theirs, state: null, limit: 1, after: null });
  const events = before
    ? []
    : await giveCoupon(tx, {
        ...{ kindId: reward.kindId, occasion: "survey", surveyId, branchId },
        ...{ claim: claimOfAnswer(answerId), guestId: customerId, customerId },
      });
  const [open] = await listCoupons(tx, { ...theirs, state: "open", limit: 1, after: null });
  return { result: open ? show(open) : null, events };
}

function show({ name, offer, code, validUntil }: CouponRow): AnswerCoupon {
  return {
    ...{ name, offer, code: spellCode(code), redeemPath: linkOfCoupon(TILL_PATH, code) },
    validUntil: lastMomentBefore(validUntil.toISOString()),
  };
}
