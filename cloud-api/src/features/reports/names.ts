import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { findSight } from "../../platform/customer-sight.ts";
import type { Question } from "./figures.ts";

/**
 * Whether whoever asks may know who came. Reports are numbers: a role that reads them may hold no right
 * to see customers, or one that does not reach as far.
 */
export async function findNaming(
  request: FastifyRequest,
  context: Context,
): Promise<(question: Question) => boolean> {
  const sees = await findSight(request, context);
  if (sees(null)) return () => true;
  return ({ branches }) => branches.length > 0 && branches.every(({ id }) => sees(id));
}
