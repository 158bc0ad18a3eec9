import { type Static, Type } from "typebox";
import { normaliseAccessCode } from "./access-codes.ts";
import { COUPON_CODE_CHARACTERS } from "./coupon-news.ts";
import { MarkId } from "./known-guests.ts";
import { LocalText } from "./local-text.ts";
import { Id, Url } from "./personal.ts";

export const COUPON_KINDS_MAX = 100;
export const COUPON_DAYS_MAX = 730;

/** What a coupon is good for. The words are the marketer's. */
export const CouponKind = Type.Object({
  id: Id,
  name: LocalText,
  /** What the till gives for it, in few words: 10% off, a free tea. */
  offer: LocalText,
  terms: Type.Optional(LocalText),
  /** Whole days of the branch's calendar after the one it is given on. */
  validDays: Type.Integer({ minimum: 1, maximum: COUPON_DAYS_MAX }),
  /** The names of the branches that take it. Absent: all do. */
  places: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 50 })),
});
export type CouponKind = Static<typeof CouponKind>;

/** Which coupons a branch's box gives, and what for. */
export const CouponSettings = Type.Object({
  /** Where staff redeem one: what its QR code leads to, with the code behind a #. */
  redeemUrl: Url,
  kinds: Type.Array(CouponKind, { maxItems: COUPON_KINDS_MAX }),
  /** Whoever answers the survey, whole and for the first time, gets a coupon of the kind. */
  rewards: Type.Array(Type.Object({ surveyId: MarkId, kindId: Id }), { maxItems: 100 }),
});
export type CouponSettings = Static<typeof CouponSettings>;

/**
 * A code as it was typed, or as a scanner read it from a coupon's QR code, which holds a link with the
 * code at its end; null when it cannot be one.
 */
export function normaliseCouponCode(typed: string): string | null {
  const code = normaliseAccessCode(typed.slice(typed.lastIndexOf("#") + 1));
  return code?.length === COUPON_CODE_CHARACTERS ? code : null;
}

/** What the QR code of a coupon leads to. What stands behind a # is sent to no server, so in no log. */
export const linkOfCoupon = (redeemUrl: string, code: string): string => `${redeemUrl}#${code}`;

/** What a survey is answered for at a branch; null: for nothing. */
export function findReward(
  coupons: CouponSettings | undefined,
  surveyId: string,
): CouponKind | null {
  const reward = coupons?.rewards.find((each) => each.surveyId === surveyId);
  return coupons?.kinds.find(({ id }) => id === reward?.kindId) ?? null;
}
