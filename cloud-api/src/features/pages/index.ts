import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { listPagesNaming } from "../branches/index.ts";
import { registerArchive } from "./archive-routes.ts";
import { registerBranchPages } from "./branch-routes.ts";
import { registerPageCalendar } from "./calendar-routes.ts";
import { pageJobs } from "./jobs.ts";
import { permissions } from "./permissions.ts";
import { registerPictureUpload } from "./picture-routes.ts";
import { registerPreview, registerSteps } from "./preview-routes.ts";
import { registerPublishing } from "./publish-routes.ts";
import { registerPages, TAG } from "./routes.ts";

export { readPictureHeader } from "../../platform/picture-header.ts";
export { findPlaceSeen, type PlaceSeen } from "./look.ts";
export { nameSource } from "./picture-forms.ts";
export { readWallTime, type Seen } from "./preview.ts";
export { drawPreview, previewPolicy } from "./preview-routes.ts";
export { isSameContent, mayEdit, type Writes } from "./rules.ts";
export { PageContent, PreviewQuery } from "./schema.ts";
export { addStandingPage, hasPages } from "./standing-page.ts";
export { USUAL_STANDING } from "./viewers.ts";

/** What guests see: pages are written here, and stand in the settings of branches. */
export const pages: Feature = {
  name: "pages",
  dependsOn: ["tenants", "branches", "customers", "marks", "visits", "surveys"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions,
  routes: (routes, context) => {
    registerPages(routes, context);
    registerArchive(routes, context);
    registerPublishing(routes, context);
    registerBranchPages(routes, context);
    registerPageCalendar(routes, context);
    registerPictureUpload(routes, context);
    registerPreview(routes, context);
    registerSteps(routes, context);
  },
  jobs: pageJobs,
  hooks: { listPagesNaming },
  tag: TAG,
};
