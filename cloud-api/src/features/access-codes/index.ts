import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { forgetUses, listCodesInForce, noteUse } from "./queries.ts";
import { registerAccessCodes, TAG } from "./routes.ts";

/** Codes that staff print or hand over, and what became of them. */
export const accessCodes: Feature = {
  name: "access-codes",
  dependsOn: ["boxes", "branches"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "access-codes.read": { roles: ["manager", "viewer", "cashier"], covers: "branches" },
    "access-codes.edit": { roles: ["manager", "cashier"], covers: "branches" },
  },
  routes: registerAccessCodes,
  handlers: {
    "access-code.used": async (tx, { payload, occurredAt }) => {
      const { codeId, deviceId } = payload;
      await noteUse(tx, { codeId, deviceId, usedAt: occurredAt });
      return [];
    },
  },
  forget: forgetUses,
  hooks: { listAccessCodes: listCodesInForce },
  tag: TAG,
};
