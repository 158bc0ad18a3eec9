import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { describeCustomer, isOpen, listOwnFields, PROFILE_FIELDS } from "../customers/index.ts";
import { findCustomerOfGuest, hasProfileCoupon } from "./coupon-queries.ts";
import { giveCoupon } from "./issue.ts";
import { listRewards } from "./kind-queries.ts";
import { countCompleteness } from "./rules.ts";

/** Gives a customer whose profile is complete enough their coupon, once, whoever completed it. */
export async function rewardProfile(
  tx: TenantTransaction,
  customerId: string | null,
): Promise<NewEvent[]> {
  // What was earned stands where a log is read again.
  if (tx.replaying || customerId === null) return [];
  const reward = (await listRewards(tx)).find(({ occasion }) => occasion === "profile");
  if (!reward || reward.completeness === null) return [];
  if (await hasProfileCoupon(tx, customerId)) return [];
  const customer = await describeCustomer(tx, customerId);
  if (!customer || customer.mergedInto) return [];
  const own = (await listOwnFields(tx)).filter(isOpen).map(({ key }) => key);
  const filled = customer.fields.flatMap(({ field, value }) => (value ? [field] : []));
  const completeness = countCompleteness([...PROFILE_FIELDS, ...own], new Set(filled));
  if (completeness < reward.completeness) return [];
  return giveCoupon(tx, {
    ...{ kindId: reward.kindId, occasion: "profile", surveyId: null, guestId: null, customerId },
    ...{ claim: `profile ${customerId}`, branchId: customer.source.branchId },
  });
}

export async function rewardProfileOfGuest(
  tx: TenantTransaction,
  guestId: string,
): Promise<NewEvent[]> {
  return tx.replaying ? [] : rewardProfile(tx, await findCustomerOfGuest(tx, guestId));
}
