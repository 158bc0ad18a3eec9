import { join } from "node:path";
import type { Feature } from "../../feature.ts";

export const branches: Feature = {
  name: "branches",
  dependsOn: ["tenants"],
  migrations: join(import.meta.dirname, "migrations"),
};
