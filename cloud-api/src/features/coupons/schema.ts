import { COUPON_DAYS_MAX, LocalText } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Count, Id, Time, whose } from "../../platform/shapes.ts";

const NullableTime = Type.Union([Time, Type.Null()]);
const NullableId = Type.Union([Id, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);

export const KIND_NAME_CHARACTERS_MAX = 100;
export const KIND_TERMS_CHARACTERS_MAX = 400;
/** Two thirds of the fields: below that a profile says too little to pay for. */
export const COMPLETENESS_MIN = 10;

export const KindParams = Type.Object({ id: Id });
const said = {
  name: LocalText,
  offer: Type.Unsafe<LocalText>({ ...LocalText, description: "What the till gives for it" }),
  terms: Type.Union([LocalText, Type.Null()]),
  validDays: Type.Integer({
    ...{ minimum: 1, maximum: COUPON_DAYS_MAX },
    description: "Whole days of the branch's calendar after the one it is given on",
  }),
  branchIds: Type.Array(Id, {
    ...{ maxItems: 1000, uniqueItems: true, description: "Which take it. Empty: all do" },
  }),
  surveyIds: Type.Array(Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 }), {
    ...{ maxItems: 50, uniqueItems: true, description: "Whoever answers one of them gets one" },
  }),
  profileCompleteness: Type.Union(
    [Type.Integer({ minimum: COMPLETENESS_MIN, maximum: 100 }), Type.Null()],
    {
      description:
        "Whoever's profile has so many of a hundred of its fields filled gets one, once. Null: nobody",
    },
  ),
};
export const CouponKindBody = Type.Object({
  ...said,
  rewardsEarlier: Type.Optional(
    Type.Boolean({
      description:
        "Whether profiles that are complete already are rewarded now. Else each is with its next change",
    }),
  ),
});
export type CouponKindBody = Static<typeof CouponKindBody>;

export const CouponKindReply = Type.Object({
  id: Id,
  ...said,
  madeAt: Time,
  archivedAt: NullableTime,
  issued: Count,
  redeemed: Count,
});
export type CouponKindReply = Static<typeof CouponKindReply>;
export const CouponKindsReply = Type.Object({
  kinds: Type.Array(CouponKindReply, { description: "The newest first, those that ended last" }),
});
export type CouponKindsReply = Static<typeof CouponKindsReply>;

export const COUPON_STATES = ["open", "used", "expired"] as const;
export type CouponState = (typeof COUPON_STATES)[number];
const State = Type.Union([Type.Literal("open"), Type.Literal("used"), Type.Literal("expired")]);

export const CouponsQuery = Type.Object({
  kindId: Type.Optional(Id),
  customerId: Type.Optional(Id),
  state: Type.Optional(State),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export const CouponReply = Type.Object({
  id: Id,
  kindId: Id,
  name: LocalText,
  state: State,
  endOfCode: Type.String({ description: "Its last four letters: whoever reads all could use it" }),
  occasion: Type.Union([Type.Literal("survey"), Type.Literal("profile")]),
  surveyId: NullableText,
  issuedAt: Time,
  issuedBranchId: NullableId,
  validUntil: Time,
  ...whose,
  redeemedAt: NullableTime,
  redeemedBranchId: NullableId,
  redeemedBy: NullableText,
});
export type CouponReply = Static<typeof CouponReply>;
export const CouponsReply = Type.Object({
  coupons: Type.Array(CouponReply, { description: "The newest first" }),
  nextCursor: NullableText,
  total: Count,
});
export type CouponsReply = Static<typeof CouponsReply>;

const till = {
  code: Type.String({
    ...{ minLength: 1, maxLength: 600 },
    description: "As it was typed, or all that a scanner read",
  }),
  branchId: Type.Unsafe<string>({ ...Id, description: "Where the till stands" }),
};
export const CheckBody = Type.Object(till);
export const RedeemBody = Type.Object({
  ...till,
  redemptionId: Type.Unsafe<string>({
    ...Id,
    description: "One try: sent again, it says the same",
  }),
});

const shown = {
  name: LocalText,
  offer: LocalText,
  terms: Type.Union([LocalText, Type.Null()]),
};
export const TillReply = Type.Union([
  Type.Object({ state: Type.Literal("unknown") }),
  Type.Object({ state: Type.Literal("valid"), ...shown, validUntil: NullableTime }),
  Type.Object({ state: Type.Literal("redeemed"), ...shown, at: Time }),
  Type.Object({
    ...{ state: Type.Literal("used"), ...shown, at: Time, branchName: NullableText },
  }),
  Type.Object({ state: Type.Literal("expired"), ...shown, at: Time }),
  Type.Object({
    ...{ state: Type.Literal("other-branch"), ...shown },
    branchNames: Type.Array(Type.String()),
  }),
]);
export type TillReply = Static<typeof TillReply>;
