import { ACCESS_CODE_ALPHABET, COUPON_CODE_CHARACTERS } from "@foyer/contract";

export {
  COUPON_DAYS_MAX,
  chooseWords,
  linkOfCoupon,
  normaliseCouponCode,
  spellCode,
} from "@foyer/contract";

/** What a box has in hand of each kind: a busy branch gives no more in a day without the cloud. */
export const POOL_COUPONS = 100;

/** Where staff redeem coupons, in the staff app. */
export const TILL_PATH = "/coupons/till";

/** `drawBelow` gives an integer from 0 to below its limit, and must be cryptographically random. */
export function drawCouponCode(drawBelow: (limit: number) => number): string {
  return Array.from(
    { length: COUPON_CODE_CHARACTERS },
    () => ACCESS_CODE_ALPHABET[drawBelow(ACCESS_CODE_ALPHABET.length)],
  ).join("");
}

export type CouponAtTill = {
  /** When this coupon, or another that was given for the same, was redeemed; null: none was. */
  redeemed: { at: Date; branchId: string } | null;
  /** Null: its box has not told yet that it gave it. */
  validUntil: Date | null;
  /** Empty: all. */
  branchIds: readonly string[];
};

export type Verdict =
  | { state: "valid" }
  | { state: "used"; at: Date; branchId: string }
  | { state: "expired"; at: Date }
  | { state: "other-branch" };

/** Whether a till may take a coupon. What is used stays used, wherever it is shown and however late. */
export function judgeCoupon(
  { redeemed, validUntil, branchIds }: CouponAtTill,
  { branchId, now }: { branchId: string; now: Date },
): Verdict {
  if (redeemed) return { state: "used", ...redeemed };
  if (validUntil !== null && validUntil <= now) return { state: "expired", at: validUntil };
  if (branchIds.length > 0 && !branchIds.includes(branchId)) return { state: "other-branch" };
  return { state: "valid" };
}

/** The last moment before an end, which people call the day it is good to. `end` is ISO 8601. */
export const lastMomentBefore = (end: string): string =>
  new Date(Date.parse(end) - 1).toISOString();

/** What an answer is paid for by, once. */
export const claimOfAnswer = (answerId: string): string => `answer ${answerId}`;

/** A coupon that is used is used, whether its last day has passed since or not. */
export function stateOf(
  { redeemedAt, validUntil }: { redeemedAt: Date | null; validUntil: Date },
  now: Date,
): "open" | "used" | "expired" {
  if (redeemedAt !== null) return "used";
  return validUntil <= now ? "expired" : "open";
}

/** How many in a hundred of the fields that are asked for are filled, rounded down. */
export function countCompleteness(fields: readonly string[], filled: ReadonlySet<string>): number {
  if (fields.length === 0) return 0;
  return Math.floor((fields.filter((field) => filled.has(field)).length * 100) / fields.length);
}
