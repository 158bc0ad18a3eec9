import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { registerCoupons, registerTill } from "./coupon-routes.ts";
import { earlierProfileJobs } from "./earlier-profiles.ts";
import { couponHandlers } from "./handlers.ts";
import { nameKinds } from "./kind-queries.ts";
import { findCouponNews, findCouponSettings, listBoxesWithCoupons, raiseCoupons } from "./pool.ts";
import { registerKinds, TAG } from "./routes.ts";

export {
  listGiven as listCouponsGiven,
  listOwn as listCouponsOf,
  purgeOwners,
} from "./coupon-queries.ts";
export { type AnswerCoupon, giveForAnswer } from "./for-answer.ts";
export { spellCode as spellCoupon } from "./rules.ts";

/** Coupons of the company's own codes: given once for what somebody did, redeemed once at a till. */
export const coupons: Feature = {
  name: "coupons",
  dependsOn: ["branches", "customers"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "coupons.read": { roles: ["manager", "viewer"], covers: "branches" },
    "coupons.redeem": { roles: ["manager", "cashier"], covers: "branches" },
    "coupons.edit": ["manager", "marketer"],
  },
  routes: (routes, context) => {
    registerKinds(routes, context);
    registerCoupons(routes, context);
    registerTill(routes, context);
  },
  handlers: couponHandlers,
  jobs: earlierProfileJobs,
  hooks: { findCouponNews, listBoxesWithCoupons, raiseCoupons, findCouponSettings },
  names: { permission: "coupons.read", list: nameKinds },
  tag: TAG,
};
