import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { READ_CUSTOMERS } from "../../platform/customer-sight.ts";
import { findReach } from "../../platform/rights.ts";
import { enterBeside, staffOf } from "../../platform/session.ts";
import type { Question } from "./figures.ts";

/**
 * Whether whoever asks may know who came. Reports are numbers: a role that reads them may hold no right
 * to see customers, or one that does not reach as far.
 */
export async function findNaming(
  request: FastifyRequest,
  context: Context,
): Promise<(question: Question) => boolean> {
  if (!findReach(staffOf(request).grants, READ_CUSTOMERS, context.permissions)) return () => false;
  const entry = await enterBeside(request, READ_CUSTOMERS, context);
  if (typeof entry === "string" || entry.branchIds === null || entry.seesMembers) return () => true;
  const within = new Set(entry.branchIds);
  return ({ branches }) => branches.every(({ id }) => within.has(id));
}
