import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { findReach } from "../../platform/rights.ts";
import { enterBeside, staffOf, tenantOf } from "../../platform/session.ts";
import { getBranch } from "../branches/index.ts";
import { type ByNumber, findByNumber } from "../customers/index.ts";

const SEE = "customers.read";

/** Who takes answers may be somebody who may see no customers: they tie none. */
export const mayTie = (request: FastifyRequest, { permissions }: Context): boolean =>
  findReach(staffOf(request).grants, SEE, permissions) !== null;

/** Whose a number is, of the customers whom whoever asks may see anyway. */
export async function findWhose(
  request: FastifyRequest,
  context: Context,
  { branchId, phone }: { branchId: string; phone: string },
): Promise<ByNumber | { state: "not-allowed" }> {
  if (!mayTie(request, context)) return { state: "not-allowed" };
  const { database } = context;
  const { country } = await database.readTenant(tenantOf(request), (tx) => getBranch(tx, branchId));
  const entry = await enterBeside(request, SEE, context);
  return database.readTenant(entry, (tx) => findByNumber(tx, { typed: phone, country }));
}
