import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describePermissions } from "./permission-table.ts";

// Writes down who may do what, for reading without the source.
writeFileSync(
  join(import.meta.dirname, "..", "..", "docs", "permissions.md"),
  describePermissions(),
);
