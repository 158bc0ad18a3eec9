import { type Static, Type } from "typebox";
import { ACCESS_CODE_ALPHABET } from "./access-codes.ts";
import { Id } from "./personal.ts";

/** 31¹² codes: nobody finds one by trying, even of a million that are good. */
export const COUPON_CODE_CHARACTERS = 12;
/** More than a pull has room for is told by the next one. */
export const COUPON_NEWS_MAX = 200;

const CouponCode = Type.String({
  pattern: `^[${ACCESS_CODE_ALPHABET}]{${COUPON_CODE_CHARACTERS}}$`,
});

/** A coupon that a box may give to whoever earns one, or one that it gave and that is used by now. */
export const CouponNews = Type.Object({
  id: Id,
  kindId: Id,
  code: CouponCode,
  /** Rises with each word to one life of a box's store: what it asks from next time. */
  position: Type.Integer({ minimum: 1 }),
  isUsed: Type.Boolean(),
});
export type CouponNews = Static<typeof CouponNews>;
