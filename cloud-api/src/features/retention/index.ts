import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { retentionJobs } from "./jobs.ts";
import { forgetBoxPurges, insertPurge, listBranchDays, listRuleRows } from "./queries.ts";
import { registerRetention, TAG } from "./routes.ts";
import { toRetention } from "./rules.ts";

/** How long what is kept, here and on boxes, and that it is removed then. */
export const retention: Feature = {
  name: "retention",
  dependsOn: [
    "tenants",
    "branches",
    "boxes",
    "ingest",
    "channels",
    "customers",
    "visits",
    "reports",
    "wifi-desk",
    "surveys",
    "cases",
    "coupons",
    "advert-tags",
    "webhooks",
  ],
  migrations: join(import.meta.dirname, "migrations"),
  // What is removed does not come back: only owners say how long it stays.
  permissions: { "retention.read": ["manager", "viewer"], "retention.edit": ["admin"] },
  routes: registerRetention,
  handlers: {
    "box.purged": async (tx, { id, branchId, origin, occurredAt: at, payload }) => {
      const { retention: days, removed } = payload;
      const done = { outcome: "done", boxId: origin.boxId } as const;
      await insertPurge(tx, { id, branchId, at, days, removed, ...done });
      return [];
    },
  },
  forget: forgetBoxPurges,
  jobs: retentionJobs,
  hooks: {
    listRetention: async (tx, branchIds) => {
      const rules = await listRuleRows(tx);
      const days = Map.groupBy(await listBranchDays(tx, null), ({ branchId: id }) => id);
      return new Map(branchIds.map((id) => [id, toRetention(rules, days.get(id) ?? [])]));
    },
  },
  tag: TAG,
};
