import { type AskedField, isOwnField } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findDocument } from "../branches/index.ts";
import { listRequests } from "./forget-queries.ts";
import { narrow } from "./narrow.ts";
import {
  type CustomerRecord,
  countCustomers,
  type FieldRow,
  findCustomer,
  listConsents,
  listCustomers,
  listDevices,
  listFields,
} from "./page-queries.ts";
import { dueTimesOf } from "./request-rules.ts";
import { countDaysSince, readCursor, writeCursor } from "./rules.ts";
import { CustomerListQuery, CustomerListReply, CustomerParams, CustomerReply } from "./schema.ts";

const access = { permission: "customers.read" };

/** What staff read about customers. */
export function customerRoutes(routes: Routes, { database, hooks }: Context): void {
  routes.get(
    "/api/v1/customers",
    {
      config: { access },
      schema: {
        tags: ["customers"],
        summary: "Lists or searches customers",
        querystring: CustomerListQuery,
        response: { 200: CustomerListReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { cursor, limit, ...narrowing } = request.query;
      // One more than is asked for says whether there is a next page.
      const question = { after: readPlace(cursor), limit: limit + 1 };
      return await database.readTenant(tenantOf(request), async (tx) => {
        const filter = await narrow(tx, hooks, narrowing);
        const rows = await listCustomers(tx, { ...question, ...filter });
        const total = await countCustomers(tx, filter);
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          customers: page.map(({ lastSeenAt: _, ...row }) => ({
            ...row,
            firstSeenAt: row.firstSeenAt.toISOString(),
            lastVisitAt: row.lastVisitAt?.toISOString() ?? null,
          })),
          nextCursor: last ? writeCursor({ at: last.lastSeenAt.toISOString(), id: last.id }) : null,
          total,
        };
      });
    },
  );

  routes.get(
    "/api/v1/customers/:id",
    {
      config: { access },
      schema: {
        tags: ["customers"],
        summary: "Everything that is known of a customer",
        params: CustomerParams,
        response: { 200: CustomerReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      await database.readTenant(tenantOf(request), async (tx) => {
        const customer = await findCustomer(tx, request.params.id);
        if (!customer) throw refuse("not-found", "There is no such customer.");
        return await describeCustomer(tx, customer);
      }),
  );
}

function readPlace(cursor: string | undefined) {
  if (cursor === undefined) return null;
  const place = readCursor(cursor);
  if (place) return place;
  throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
}

export async function describeCustomer(tx: TenantTransaction, customer: CustomerRecord) {
  const {
    sourceBranchId,
    sourceBranchName,
    sourceAt,
    timeZone,
    firstSeenAt: _,
    ...record
  } = customer;
  const { lastVisitAt } = customer;
  const fields = await listFields(tx, customer.id);
  const devices = await listDevices(tx, customer.id);
  const consents = await listConsents(tx, customer.id);
  const requests = await listRequests(tx, customer.id);
  return {
    ...record,
    source: {
      branchId: sourceBranchId,
      branchName: sourceBranchName,
      at: sourceAt.toISOString(),
    },
    lastVisitAt: lastVisitAt?.toISOString() ?? null,
    daysSinceLastVisit:
      lastVisitAt === null ? null : countDaysSince(lastVisitAt, tx.now, timeZone ?? "UTC"),
    fields: await nameFields(tx, fields),
    devices: devices.map((device) => ({
      ...device,
      firstSeenAt: device.firstSeenAt.toISOString(),
      lastSeenAt: device.lastSeenAt.toISOString(),
    })),
    consents: consents.map((consent) => ({ ...consent, at: consent.at.toISOString() })),
    requests: requests.map(({ timeZone: zone, askedAt, finishedAt, ...request }) => {
      const { answerBy, finishBy } = dueTimesOf(askedAt, zone ?? "UTC");
      return {
        ...request,
        askedAt: askedAt.toISOString(),
        answerBy: answerBy.toISOString(),
        finishBy: finishBy.toISOString(),
        finishedAt: finishedAt?.toISOString() ?? null,
      };
    }),
  };
}

/** An own field is called what the branch where it was given calls it today. */
async function nameFields(tx: TenantTransaction, fields: readonly FieldRow[]) {
  const asked = new Map<string, AskedField[]>();
  for (const { field, branchId } of fields)
    if (field.startsWith("own.") && !asked.has(branchId)) {
      const branch = await findDocument(tx, branchId);
      asked.set(branchId, branch?.document.signIn.details?.fields ?? []);
    }
  return fields.map((field) => {
    const own = asked.get(field.branchId)?.find(({ key }) => key === field.field);
    const label = own && isOwnField(own) ? own.label : null;
    return { ...field, label, givenAt: field.givenAt.toISOString() };
  });
}
