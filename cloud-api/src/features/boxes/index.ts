import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { boxJobs } from "./jobs.ts";
import { BOX_PERMISSIONS } from "./permissions.ts";
import { forgetThinned, keepThinned } from "./queries.ts";
import { registerBoxes, TAG } from "./routes.ts";
import { registerSilenceMails } from "./silence-routes.ts";

export { describeBox } from "./describe.ts";
export { findPortalUrl, findToldOrigin, portalOriginAt } from "./portal-url.ts";
export { listSeenRows, listThinnedRanges, purgeRefusals } from "./queries.ts";

/** How boxes are: when each was last heard, what it said of itself, and what to do about it. */
export const boxes: Feature = {
  name: "boxes",
  dependsOn: ["access", "branches"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: BOX_PERMISSIONS,
  routes: (routes, context) => {
    registerBoxes(routes, context);
    registerSilenceMails(routes, context);
  },
  jobs: boxJobs,
  handlers: {
    "outbox.thinned": async (tx, { id: eventId, origin, payload, occurredAt: at }) => {
      const { boxId, epoch } = origin;
      await keepThinned(tx, { boxId, epoch, eventId, at, ranges: payload.ranges });
      return [];
    },
  },
  forget: forgetThinned,
  tag: TAG,
};
