import { Type } from "typebox";
import { COUPON_DAYS_MAX } from "../coupons.ts";
import { MarkId } from "../known-guests.ts";
import { Id } from "../personal.ts";

const Nullable = Type.Union([Id, Type.Null()]);

/** A coupon of the box's pool was given for an answer. It is valid from when this happened. */
export const couponIssued = Type.Object({
  couponId: Id,
  kindId: Id,
  /** Of the kind as the box had it: whole days of the branch's calendar after this one. */
  validDays: Type.Integer({ minimum: 1, maximum: COUPON_DAYS_MAX }),
  surveyId: MarkId,
  answerId: Id,
  guestId: Nullable,
  deviceId: Nullable,
});
