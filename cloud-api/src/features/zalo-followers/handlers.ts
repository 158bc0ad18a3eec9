import type { EventHandlers } from "../../platform/events.ts";
import { forgetFollowers } from "./queries.ts";

/** Whoever was forgotten is no follower that anybody writes to. */
export const followerHandlers: EventHandlers = {
  "guest.deletion-requested": async (tx, { payload }) => {
    await forgetFollowers(tx, { guestIds: [payload.guestId] });
    return [];
  },
  // Staff carried out what somebody asked for: told of under the customer's own id.
  "customer.erasure-ordered": async (tx, { payload }) => {
    await forgetFollowers(tx, { guestIds: [payload.customerId] });
    return [];
  },
  "guest.expired": async (tx, { payload }) => {
    await forgetFollowers(tx, { guestIds: [payload.guestId] });
    return [];
  },
};
