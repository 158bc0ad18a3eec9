import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The box of the sample settings. */
export function sampleBox() {
  const settings = require("@foyer/contract/fixtures/settings/branch-settings.json");
  return {
    tenantId: settings.tenantId as string,
    branchId: settings.branch.id as string,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
}
