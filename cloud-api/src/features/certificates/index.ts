import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { leaveZone } from "./addresses.ts";
import { registerBoxCertificates } from "./box-routes.ts";
import { certificateJobs } from "./jobs.ts";
import { registerCertificates } from "./routes.ts";

export { findServedName } from "./served-name.ts";

/** A public name for each box, and the certificate that lets phones believe it. */
export const certificates: Feature = {
  name: "certificates",
  dependsOn: ["tenants", "boxes"],
  migrations: join(import.meta.dirname, "migrations"),
  routes: (routes, context) => {
    registerBoxCertificates(routes, context);
    registerCertificates(routes, context);
  },
  hooks: { leaveZone },
  jobs: certificateJobs,
};
