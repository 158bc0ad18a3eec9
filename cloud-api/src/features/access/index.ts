import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { sendAccountMails } from "./account-mails.ts";
import { ACCOUNT_MAIL_TASK } from "./account-queries.ts";
import { registerAccount } from "./account-routes.ts";
import { findApiKey } from "./key-queries.ts";
import { registerKeys } from "./key-routes.ts";
import { registerMe } from "./me-routes.ts";
import { registerPassword } from "./password-routes.ts";
import { findSignIn, purge } from "./queries.ts";
import { registerRoles } from "./role-routes.ts";
import { registerAccess, TAG } from "./routes.ts";
import { registerSecondFactor } from "./second-factor-routes.ts";
import { nameStaffAndRoles } from "./staff-queries.ts";
import { registerStaff } from "./staff-routes.ts";

export { findActorGrants } from "./actor-grants.ts";
export { listColleagues } from "./queries.ts";
export { normaliseEmail } from "./rules.ts";
export { inviteFirstOwner, offerFirstSignIn } from "./sign-up.ts";
export { nameActors } from "./staff-queries.ts";

/** Who signs in, to which companies they belong, and what they may do there. */
export const access: Feature = {
  name: "access",
  dependsOn: ["tenants"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "staff.read": ["manager"], "staff.edit": ["admin"], "keys.edit": ["admin"] },
  routes: (routes, context) => {
    registerAccess(routes, context);
    registerAccount(routes, context);
    registerMe(routes, context);
    registerPassword(routes, context);
    registerSecondFactor(routes, context);
    registerStaff(routes, context);
    registerRoles(routes, context);
    registerKeys(routes, context);
  },
  hooks: { findSignIn, findApiKey },
  jobs: {
    [ACCOUNT_MAIL_TASK]: { cron: "* * * * *", work: sendAccountMails },
    "access.purge": { cron: "23 * * * *", work: ({ database }) => database.inDirectory(purge) },
  },
  names: { permission: "staff.read", list: nameStaffAndRoles },
  tag: TAG,
};
