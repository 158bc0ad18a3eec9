import type { FastifyRequest } from "fastify";
import { refuse } from "./errors.ts";
import { doesSeeMembers, findReach, type Permissions } from "./rights.ts";
import { staffOf } from "./session.ts";

export const READ_CUSTOMERS = "customers.read";

/**
 * Whether whoever asks may know who any customer of the company is. Segments and counts are numbers of
 * all of them: a role that reads these may hold no right to see who is counted, or one that does not
 * reach as far.
 */
export function seesEveryCustomer(
  request: FastifyRequest,
  { permissions }: { permissions: Permissions },
): boolean {
  const reach = findReach(staffOf(request).grants, READ_CUSTOMERS, permissions);
  return reach !== null && doesSeeMembers(reach);
}

export const refuseNames = () =>
  refuse("forbidden", `Your role may not do this: ${READ_CUSTOMERS}.`);
