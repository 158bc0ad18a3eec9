import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { READ_CUSTOMERS, refuseNames } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { findReach, type Permissions, seesWithin } from "../../platform/rights.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { listBranchesWithin, listBranchNames } from "../branches/index.ts";
import {
  type CustomerFilter,
  FIRST_SORT,
  listCustomerPage,
  narrowCustomers,
  readCursor,
  writeCursor,
} from "../customers/index.ts";
import { listScores } from "../scores/index.ts";
import { listReachedBrands, selectKnownAt, sumVisitsAt } from "./queries.ts";
import {
  BrandCustomersQuery,
  BrandCustomersReply,
  BrandParams,
  BrandsReply,
  MembersQuery,
  MembersReply,
  type Unnamed,
} from "./schema.ts";

export const TAG = {
  name: "members",
  description: "Members of the company, and apart from them the customers of each brand",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const BRANDS = { access: { permission: "brand-customers.read" } };

export function memberRoutes(routes: Routes, context: Context): void {
  registerMembers(routes, context);
  registerBrandCustomers(routes, context);
}

function registerMembers(routes: Routes, { database, hooks, permissions }: Context): void {
  routes.get(
    "/api/v1/members",
    {
      config: { access: { permission: "members.read" } },
      schema: {
        tags,
        summary: "Members of the company, with tier and points over all brands",
        querystring: MembersQuery,
        response: { 200: MembersReply, ...refusals },
      },
    },
    (request) => {
      const { search, tierId: markId, ...paging } = request.query;
      const seesPhones = maySeePhones(request, "members.read", permissions);
      if (search !== undefined && !seesPhones) throw refuseNames();
      return database.readTenant(tenantOf(request), async (tx) => {
        const filter = await narrowCustomers(tx, hooks, { search, markId });
        const { rows, ...listed } = await readPage(tx, { filter, ...paging });
        const ids = rows.map(({ id }) => id);
        const scores = new Map((await listScores(tx, ids)).map((row) => [row.customerId, row]));
        const marks = await hooks.listMarksOf?.(tx, ids);
        return {
          members: rows.map((row) => {
            const { id, name, visits, lastVisitAt, firstSeenAt: seenAt, sourceBranchName } = row;
            const tier = marks?.get(id)?.find(({ kind }) => kind === "tier");
            return {
              ...{ id, name, visits, lastVisitAt: lastVisitAt?.toISOString() ?? null },
              unnamed: tellUnnamed(row, { seesPhones, seenAt, branchName: sourceBranchName }),
              tier: tier ? { id: tier.id, name: tier.name } : null,
              points: scores.get(id)?.total ?? null,
            };
          }),
          ...{ ...listed, maySearch: seesPhones },
        };
      });
    },
  );
}

function registerBrandCustomers(routes: Routes, { database, hooks, permissions }: Context): void {
  routes.get(
    "/api/v1/brands",
    {
      config: BRANDS,
      schema: {
        tags,
        summary: "Brands whose customers the caller may see",
        response: { 200: BrandsReply, ...refusals },
      },
    },
    async (request) => ({
      brands: await database.readTenant(tenantOf(request), listReachedBrands),
    }),
  );
  routes.get(
    "/api/v1/brands/:brandId/customers",
    {
      config: BRANDS,
      schema: {
        tags,
        summary: "Customers of one brand, with what they did at its branches",
        params: BrandParams,
        querystring: BrandCustomersQuery,
        response: { 200: BrandCustomersReply, ...refusals },
      },
    },
    (request) => {
      const { search, ...paging } = request.query;
      const seesPhones = maySeePhones(request, BRANDS.access.permission, permissions);
      if (search !== undefined && !seesPhones) throw refuseNames();
      return database.readTenant(tenantOf(request), async (tx) => {
        const within = { brandIds: [request.params.brandId], branchIds: [] };
        const branchIds = await listBranchesWithin(tx, within);
        if (branchIds.length === 0)
          throw refuse("not-found", "No branch that you reach is of this brand.");
        const { search: terms, among } = await narrowCustomers(tx, hooks, { search });
        const filter = { search: terms, among: [...among, selectKnownAt(tx, branchIds)] };
        const { rows, ...listed } = await readPage(tx, { filter, ...paging });
        const ids = rows.map(({ id }) => id);
        const sums = await sumVisitsAt(tx, { customerIds: ids, branchIds });
        const there = new Map(sums.map((row) => [row.customerId, row]));
        const named = new Map((await listBranchNames(tx)).map((each) => [each.id, each.name]));
        return {
          customers: rows.map((row) => {
            const { id, name } = row;
            const sum = there.get(id);
            const seenAt = sum?.firstVisitAt ?? null;
            const branchName = named.get(sum?.branchId ?? "") ?? null;
            return {
              ...{ id, name, visits: sum?.visits ?? 0, minutes: sum?.minutes ?? null },
              unnamed: tellUnnamed(row, { seesPhones, seenAt, branchName }),
              firstVisitAt: sum?.firstVisitAt.toISOString() ?? null,
              lastVisitAt: sum?.lastVisitAt.toISOString() ?? null,
            };
          }),
          ...{ ...listed, maySearch: seesPhones },
        };
      });
    },
  );
}

/**
 * Whether they may open the records of all whom a list shows, numbers and all. Whoever may not looks
 * for nobody either: a number that finds somebody is theirs.
 */
function maySeePhones(request: FastifyRequest, list: string, permissions: Permissions): boolean {
  const { grants } = staffOf(request);
  const sight = findReach(grants, READ_CUSTOMERS, permissions);
  const within = findReach(grants, list, permissions);
  return within !== null && seesWithin(sight, within);
}

type Seen = { seesPhones: boolean; seenAt: Date | null; branchName: string | null };

const PHONE_END_DIGITS = 4;

/** What tells apart somebody without a name, as far as whoever asks may see it. */
function tellUnnamed(
  { name, phone }: { name: string | null; phone: string | null },
  { seesPhones, seenAt, branchName }: Seen,
): Unnamed {
  if (name !== null) return null;
  const phoneEnd = seesPhones ? (phone?.slice(-PHONE_END_DIGITS) ?? null) : null;
  return { phoneEnd, seenAt: seenAt?.toISOString() ?? null, branchName };
}

type PageQuestion = { filter: CustomerFilter; cursor?: string | undefined; limit: number };

/** A page of those who fit, by when they were heard of last. */
async function readPage(tx: TenantTransaction, { filter, cursor, limit }: PageQuestion) {
  const after = cursor === undefined ? null : readCursor(cursor);
  if (cursor !== undefined && after === null)
    throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
  // One more than is asked for says whether there is a next page.
  const place = { sort: FIRST_SORT, after, limit: limit + 1 };
  const { rows: found, ...counted } = await listCustomerPage(tx, { ...place, ...filter });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  const nextCursor = last ? writeCursor({ at: last.lastSeenAt.toISOString(), id: last.id }) : null;
  return { rows, nextCursor, ...counted };
}
