import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { describeWebhooks } from "./describe.ts";
import { webhookJobs } from "./jobs.ts";
import { WEBHOOK_PERMISSIONS } from "./permissions.ts";
import { nameEndpoints } from "./queries.ts";
import { settleWebhooks, webhookHandlers } from "./reading.ts";
import { TAG, webhookRoutes } from "./routes.ts";

export { purgeMessages } from "./delivery-queries.ts";
export { KEPT_DAYS } from "./rules.ts";

/** What happens, told to programs of the company's own: signed, and tried for a day. */
export const webhooks: Feature = {
  name: "webhooks",
  dependsOn: ["tenants", "access", "customers", "visits", "surveys", "segments"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: WEBHOOK_PERMISSIONS,
  routes: webhookRoutes,
  handlers: webhookHandlers,
  settle: settleWebhooks,
  jobs: webhookJobs,
  webhooks: describeWebhooks(),
  names: { permission: "webhooks.manage", list: nameEndpoints },
  tag: TAG,
};
