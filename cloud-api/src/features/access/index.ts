import { join } from "node:path";
import type { Feature } from "../../feature.ts";

export const access: Feature = {
  name: "access",
  dependsOn: ["tenants"],
  migrations: join(import.meta.dirname, "migrations"),
};
