import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { addCounts, forgetCounts } from "./queries.ts";
import { funnelRoutes, TAG } from "./routes.ts";

export { listCounts as listSignInCounts } from "./queries.ts";
export { addUp as addUpSignIns, NOBODY, readFunnel, type SignInCounts } from "./rules.ts";

/** How far guests come with signing in, and where they fall out. */
export const signInFunnel: Feature = {
  name: "sign-in-funnel",
  dependsOn: ["branches", "reports"],
  migrations: join(import.meta.dirname, "migrations"),
  routes: funnelRoutes,
  handlers: {
    "sign-in.counted": async (tx, { branchId, occurredAt, payload }) => {
      const stretches = payload.stretches.map(({ begunSecondsAgo, ...counts }) => ({
        ...counts,
        begunAt: new Date(occurredAt.getTime() - begunSecondsAgo * 1000),
      }));
      await addCounts(tx, { branchId, stretches });
      return [];
    },
  },
  forget: forgetCounts,
  tag: TAG,
};
