import { join } from "node:path";
import type { Feature } from "../../feature.ts";

export { forgetContacts, purgeRequests } from "./forget-queries.ts";
export { findSenderRow as findSender, listSendersOf as listSenders } from "./queries.ts";
export { openTokens } from "./tokens.ts";

import { findRefusedCodes } from "./budget.ts";
import { channelHandlers } from "./handlers.ts";
import { channelJobs } from "./jobs.ts";
import { listOwnGateways } from "./own-sender.ts";
import { nameSenders } from "./queries.ts";
import { listAnswered, listAnswers } from "./request-queries.ts";
import { TAG } from "./route-options.ts";
import { channelRoutes } from "./routes.ts";

/** By what a company sends: so far the codes that guests sign in with. */
export const channels: Feature = {
  name: "channels",
  dependsOn: ["tenants", "branches"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "senders.read": { roles: ["manager", "viewer"], covers: "branches" },
    "senders.edit": ["manager"],
  },
  routes: channelRoutes,
  handlers: channelHandlers,
  jobs: channelJobs,
  hooks: {
    listCodeAnswers: listAnswers,
    listBoxesWithAnswers: listAnswered,
    findRefusedCodes,
    listOwnGateways,
  },
  names: { permission: "senders.read", list: nameSenders },
  tag: TAG,
};
