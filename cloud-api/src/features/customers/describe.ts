import { type AskedField, isOwnField } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { listColleagues } from "../access/index.ts";
import { findDocument } from "../branches/index.ts";
import type { OwnFieldRow } from "./field-queries.ts";
import { findPage } from "./page-part-queries.ts";
import type { FieldRow } from "./page-queries.ts";
import type { RequestRow } from "./request-queries.ts";
import { dueTimesOf } from "./request-rules.ts";
import { countDaysSince } from "./rules.ts";

/** Everything that is known of a customer, as it is shown and handed over; null where there is none. */
export async function describeCustomer(tx: TenantTransaction, id: string) {
  const page = await findPage(tx, id);
  if (!page) return null;
  const { customer, parts } = page;
  const {
    sourceBranchId,
    sourceBranchName,
    sourceAt,
    timeZone,
    firstSeenAt: _,
    ...record
  } = customer;
  const { lastVisitAt } = customer;
  const { fields, devices, consents, requests, own } = parts;
  const staff = await nameStaff(
    tx,
    requests.flatMap(({ notedBy, finishedBy }) => [{ staffId: notedBy }, { staffId: finishedBy }]),
  );
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
    fields: await nameFields(tx, fields, own),
    devices: devices.map((device) => ({
      ...device,
      firstSeenAt: device.firstSeenAt.toISOString(),
      lastSeenAt: device.lastSeenAt.toISOString(),
    })),
    consents: consents.map((consent) => ({ ...consent, at: consent.at.toISOString() })),
    restrictedAt: customer.restrictedAt?.toISOString() ?? null,
    requests: requests.map((request) => describeRequest(request, staff)),
  };
}

/** A request with its due times, and what those who dealt with it are called. */
export function describeRequest<Row extends RequestRow>(
  { timeZone, notedBy, finishedBy, askedAt, finishedAt, ...request }: Row,
  staff: ReadonlyMap<string, string>,
) {
  const { kind, law } = request;
  const due = dueTimesOf({ askedAt, kind, law, timeZone: timeZone ?? "UTC" });
  return {
    ...request,
    isNoted: notedBy !== null,
    notedBy: staff.get(notedBy ?? "") ?? null,
    finishedBy: staff.get(finishedBy ?? "") ?? null,
    askedAt: askedAt.toISOString(),
    answerBy: due.answerBy.toISOString(),
    finishBy: due.finishBy.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

/** What staff are called who said something, by their id; whoever has left is not in it. */
export async function nameStaff(
  tx: TenantTransaction,
  rows: readonly { staffId: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  if (rows.every(({ staffId }) => staffId === null)) return new Map();
  return new Map((await listColleagues(tx)).map(({ id, name }) => [id, name]));
}

/** An own field is called what the company calls it, or the branch where it was given does today. */
export async function nameFields(
  tx: TenantTransaction,
  fields: readonly FieldRow[],
  own: readonly OwnFieldRow[],
) {
  const staff = await nameStaff(tx, fields);
  const isNameless = (field: string) =>
    field.startsWith("own.") && !own.some(({ key }) => key === field);
  const asked = new Map<string, AskedField[]>();
  for (const { field, branchId } of fields)
    if (branchId && isNameless(field) && !asked.has(branchId)) {
      const branch = await findDocument(tx, branchId);
      asked.set(branchId, branch?.document.signIn.details?.fields ?? []);
    }
  return fields.map((field) => {
    const definition = own.find(({ key }) => key === field.field);
    const there = asked.get(field.branchId ?? "")?.find(({ key }) => key === field.field);
    const label = definition?.label ?? (there && isOwnField(there) ? there.label : null);
    return {
      ...field,
      label,
      staffName: staff.get(field.staffId ?? "") ?? null,
      givenAt: field.givenAt.toISOString(),
    };
  });
}
