import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { listMemberships } from "./grant-queries.ts";

/**
 * Tells the audit log of each company somebody belongs to what became of their account. One
 * transaction each: a tenant at a time is entered, and the account is of none.
 */
export async function noteForCompanies(
  { database }: Pick<Context, "database">,
  { method, routeOptions }: Pick<FastifyRequest, "method" | "routeOptions">,
  { staffId, became }: { staffId: string; became: "password-reset" | "locked" },
): Promise<void> {
  const memberships = await database.inDirectory((tx) => listMemberships(tx, staffId));
  for (const { id: tenantId } of memberships) {
    const doer = {
      ...{ actor: { kind: "staff", id: staffId } as const, isTold: false },
      action: `${method} ${routeOptions.url ?? ""}`,
      record: { kind: "staff", id: staffId },
    };
    await database.inTenant({ tenantId, branchIds: null, doer }, async (tx) => {
      noteChange(tx, { ...doer.record, before: null, after: { account: became } });
    });
  }
}
