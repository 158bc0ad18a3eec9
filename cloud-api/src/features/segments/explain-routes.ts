import type { Context, Routes } from "../../feature.ts";
import { READ_CUSTOMERS, refuseNames, seesEveryCustomer } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { enterBeside, tenantOf } from "../../platform/session.ts";
import { readSent } from "./changes.ts";
import { judge } from "./evaluate.ts";
import { findFacts, isLeftOut } from "./facts-queries.ts";
import { listSegments } from "./queries.ts";
import { CustomerParams, CustomerSegmentsReply, ExplainBody, JudgementReply } from "./schema.ts";

const tags = ["segments"];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "segments.read" } };

/** Why a customer is in a segment, or is not. */
export function registerExplanations(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/segments/explain",
    {
      config: READ,
      schema: {
        tags,
        summary: "Whether a customer fits a tree, condition by condition; nothing is saved",
        body: ExplainBody,
        response: { 200: JudgementReply, ...refusals },
      },
    },
    (request) => {
      // What a condition sees of somebody may be anything that is known of them.
      if (!seesEveryCustomer(request, context)) throw refuseNames();
      return database.readTenant(tenantOf(request), async (tx) => {
        const { customerId, tree: sent } = request.body;
        const trees = new Map((await listSegments(tx)).map(({ id, tree }) => [id, tree]));
        const tree = readSent(sent, { id: null, trees });
        return judge(tree, { facts: await getFacts(tx, customerId), now: tx.now, trees });
      });
    },
  );
  routes.get(
    "/api/v1/customers/:id/segments",
    {
      config: READ,
      schema: {
        tags,
        summary: "Which segments a customer is in, and why or why not",
        params: CustomerParams,
        response: { 200: CustomerSegmentsReply, ...refusals },
      },
    },
    async (request) => {
      await enterBeside(request, READ_CUSTOMERS, context);
      return database.readTenant(tenantOf(request), async (tx) => {
        if (await isLeftOut(tx, request.params.id)) return { segments: [] };
        const segments = await listSegments(tx);
        const trees = new Map(segments.map(({ id, tree }) => [id, tree]));
        const facts = await getFacts(tx, request.params.id);
        return {
          segments: segments.map(({ id, name, tree }) => ({
            ...{ id, name, tree },
            judgement: judge(tree, { facts, now: tx.now, trees }),
          })),
        };
      });
    },
  );
}

async function getFacts(tx: TenantTransaction, customerId: string) {
  const facts = await findFacts(tx, customerId);
  if (facts) return facts;
  throw refuse("not-found", "There is no such customer, or they were forgotten.");
}
