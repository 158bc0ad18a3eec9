import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { listHistory } from "./history.ts";
import { forgetMarkMoments, keepMarkMoment } from "./queries.ts";
import { TAG, timelineRoutes } from "./routes.ts";

/** Everything that was of a customer, in one list. */
export const timeline: Feature = {
  name: "timeline",
  // It reads what these keep; of marks it keeps when they changed.
  dependsOn: [
    ...["branches", "customers", "marks", "visits", "wifi-desk", "surveys", "coupons", "segments"],
    "cases",
  ],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "timeline.read": { roles: ["manager", "viewer"], covers: "customers" } },
  routes: timelineRoutes,
  handlers: {
    "customer.group-changed": async (tx, { id: eventId, occurredAt: at, payload }) => {
      const { customerId, groupId: markId, staffId } = payload;
      await keepMarkMoment(tx, { eventId, customerId, at, what: "group", markId, staffId });
      return [];
    },
    "customer.tier-changed": async (tx, { id: eventId, occurredAt: at, payload }) => {
      const { customerId, tierId: markId, staffId } = payload;
      await keepMarkMoment(tx, { eventId, customerId, at, what: "tier", markId, staffId });
      return [];
    },
    "customer.tagged": async (tx, { id: eventId, occurredAt: at, payload }) => {
      const { customerId, tagId: markId, staffId } = payload;
      await keepMarkMoment(tx, { eventId, customerId, at, what: "tagged", markId, staffId });
      return [];
    },
    "customer.untagged": async (tx, { id: eventId, occurredAt: at, payload }) => {
      const { customerId, tagId: markId, staffId } = payload;
      await keepMarkMoment(tx, { eventId, customerId, at, what: "untagged", markId, staffId });
      return [];
    },
  },
  forget: forgetMarkMoments,
  hooks: { listHistory },
  tag: TAG,
};
