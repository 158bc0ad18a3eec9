import type { FastifyRequest } from "fastify";
import type { Context } from "../feature.ts";
import { refuse } from "./errors.ts";
import { doesSeeMembers, findReach, type Grant, type Permissions } from "./rights.ts";
import { listReached, staffOf, tenantIdOf } from "./session.ts";

export const READ_CUSTOMERS = "customers.read";

/**
 * Whether grants let somebody know who any customer of the company is. Segments and counts are numbers
 * of all of them: a role that reads these may hold no right to see who is counted, or one that does not
 * reach as far.
 */
export function readsEveryCustomer(grants: readonly Grant[], permissions: Permissions): boolean {
  const reach = findReach(grants, READ_CUSTOMERS, permissions);
  return reach !== null && doesSeeMembers(reach);
}

/** The same of whoever asks. */
export const seesEveryCustomer = (
  request: FastifyRequest,
  { permissions }: { permissions: Permissions },
): boolean => readsEveryCustomer(staffOf(request).grants, permissions);

export const refuseNames = () =>
  refuse("forbidden", `Your role may not do this: ${READ_CUSTOMERS}.`);

/** Whether whoever asks may know who somebody is of whom a branch tells; null: no branch in particular. */
export type Sight = (branchId: string | null) => boolean;

/**
 * Lists of what was at branches tell of customers too: a role that reads these may hold no right to
 * see who it was, or one that does not reach as far.
 */
export async function findSight(request: FastifyRequest, context: Context): Promise<Sight> {
  const reach = findReach(staffOf(request).grants, READ_CUSTOMERS, context.permissions);
  if (reach === null) return () => false;
  if (doesSeeMembers(reach)) return () => true;
  const within = new Set(await listReached(reach, tenantIdOf(request), context));
  return (branchId) => branchId !== null && within.has(branchId);
}

export type Whose = { customerId: string | null; customerName: string | null };

/** A row with whose it is as far as that may be known; that it is a customer's is told anyway. */
export function showWhose<Row extends Whose>(row: Row, isSeen: boolean) {
  const unseen = { customerId: null, customerName: null };
  return { ...row, ...(isSeen ? {} : unseen), isCustomer: row.customerId !== null };
}
