import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { listColleagues } from "../access/index.ts";
import { countSuggestions, listSuggestions } from "./claim-queries.ts";
import { findMerge, listMerges, listParties, type MergeRow } from "./merge-queries.ts";
import { canStillPart } from "./merge-rules.ts";
import {
  MergeBody,
  MergeParams,
  MergeReply,
  MergesQuery,
  MergesReply,
  PairBody,
  SuggestionsReply,
} from "./merge-schema.ts";
import { askToMerge, askToUndo, dismissPair } from "./merges.ts";

const tags = ["customers"];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "customers.read" } };
const MERGE = { access: { permission: "customers.merge" } };
const LISTED_MAX = 100;

/** Records that are one person, or may be. */
export function mergeRoutes(routes: Routes, context: Context): void {
  registerMerges(routes, context);
  registerReading(routes, context);
  registerSuggestions(routes, context);
}

function registerMerges(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/customer-merges",
    {
      config: MERGE,
      schema: {
        ...{ tags, summary: "Ask for two records to be made one; it is done in its turn" },
        body: MergeBody,
        response: { 202: MergeReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const [keptId, goneId] = [request.body.keptId, request.body.goneId].map((id) =>
        id.toLowerCase(),
      ) as [string, string];
      const made = await database.changeTenant(tenantOf(request), async (tx) => {
        const { mergeId, events } = await askToMerge(tx, { keptId, goneId, staffId });
        return { result: await describeMerge(tx, await findMerge(tx, mergeId)), events };
      });
      return reply.code(202).send(made);
    },
  );
  routes.post(
    "/api/v1/customer-merges/:id/undo",
    {
      config: MERGE,
      schema: {
        ...{ tags, summary: "Ask for a merge to be undone; it is done in its turn" },
        params: MergeParams,
        response: { 202: MergeReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const { id: mergeId } = request.params;
      const made = await database.changeTenant(tenantOf(request), async (tx) => {
        const events = await askToUndo(tx, { mergeId, staffId });
        return { result: await describeMerge(tx, await findMerge(tx, mergeId)), events };
      });
      return reply.code(202).send(made);
    },
  );
}

function registerReading(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-merges",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "Which records were made one, by whom, and parted again" },
        querystring: MergesQuery,
        response: { 200: MergesReply, ...refusals },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { customerId = null } = request.query;
        const rows = await listMerges(tx, { customerId, limit: LISTED_MAX });
        const names = await readNames(tx);
        const merges = rows.map((row) => describe(row, { names, now: tx.now }));
        return { merges, nextCursor: null, total: merges.length };
      }),
  );
  routes.get(
    "/api/v1/customer-merges/:id",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "What has become of a merge" },
        params: MergeParams,
        response: { 200: MergeReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) =>
        describeMerge(tx, await findMerge(tx, request.params.id)),
      ),
  );
}

const readNames = async (tx: TenantTransaction) =>
  new Map((await listColleagues(tx)).map(({ id, name }) => [id, name]));

async function describeMerge(tx: TenantTransaction, merge: MergeRow | null) {
  if (!merge) throw refuse("not-found", "There is no such merge.");
  return describe(merge, { names: await readNames(tx), now: tx.now });
}

function describe(
  { staffId, partedBy: _, ...merge }: MergeRow,
  { names, now }: { names: ReadonlyMap<string, string>; now: Date },
) {
  const { state, mergedAt } = merge;
  return {
    ...merge,
    staffName: names.get(staffId ?? "") ?? null,
    byMachine: staffId === null,
    askedAt: merge.askedAt.toISOString(),
    mergedAt: mergedAt?.toISOString() ?? null,
    partedAt: merge.partedAt?.toISOString() ?? null,
    canBeUndone: state === "merged" && mergedAt !== null && canStillPart(mergedAt, now),
  };
}

function registerSuggestions(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-suggestions",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "Pairs of records that may be one person" },
        response: { 200: SuggestionsReply, ...refusals },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const pairs = await listSuggestions(tx, LISTED_MAX);
        const rows = await listParties(
          tx,
          pairs.flatMap(({ oneId, otherId }) => [oneId, otherId]),
        );
        const parties = new Map(
          rows.map(({ firstSeenAt, lastVisitAt, ...row }) => [
            row.id,
            {
              ...row,
              firstSeenAt: firstSeenAt.toISOString(),
              lastVisitAt: lastVisitAt?.toISOString() ?? null,
            },
          ]),
        );
        const suggestions = pairs.flatMap(({ oneId, otherId, kinds, foundAt }) => {
          const [one, other] = [parties.get(oneId), parties.get(otherId)];
          return one && other ? [{ one, other, kinds, foundAt: foundAt.toISOString() }] : [];
        });
        return { suggestions, nextCursor: null, total: await countSuggestions(tx) };
      }),
  );
  routes.post(
    "/api/v1/customer-suggestions/dismiss",
    {
      config: MERGE,
      schema: {
        ...{ tags, summary: "Say that two records are two people: it is not suggested again" },
        body: PairBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const [oneId, otherId] = [request.body.oneId, request.body.otherId].map((id) =>
        id.toLowerCase(),
      ) as [string, string];
      await database.changeTenant(tenantOf(request), async (tx) => {
        if (oneId === otherId || (await listParties(tx, [oneId, otherId])).length !== 2)
          throw refuse("not-found", "There are no such two customers.");
        return { result: null, events: await dismissPair(tx, { oneId, otherId, staffId }) };
      });
      return reply.code(204).send(null);
    },
  );
}
