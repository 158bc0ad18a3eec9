import type { RawBuilder } from "kysely";
import { getRow, keepPlan, sql, type TenantTransaction } from "../../platform/db.ts";
import { type OwnFieldRow, selectOwnFields } from "./field-queries.ts";
import {
  type ConsentRow,
  type CustomerRecord,
  type DeviceRow,
  type FieldRow,
  selectConsents,
  selectCustomer,
  selectDevices,
  selectFields,
} from "./page-queries.ts";
import { type RequestRow, selectRequests } from "./request-queries.ts";

/** What stands on a customer's page below their name. */
export type PageParts = {
  fields: FieldRow[];
  devices: DeviceRow[];
  consents: ConsentRow[];
  requests: RequestRow[];
  own: OwnFieldRow[];
};

/**
 * A customer and all that stands on their page, in one statement: asking for each part by itself takes
 * longer than finding it. To plan it takes three times as long as to run it, whoever it is about.
 */
export async function findPage(
  tx: TenantTransaction,
  customerId: string,
): Promise<{ customer: CustomerRecord; parts: PageParts } | null> {
  const parts = await getRow(
    tx,
    keepPlan(
      "customer-page",
      sql<Record<keyof PageParts | "customers", string>>`
        select ${gather(selectCustomer(tx, customerId))} as customers,
          ${gather(selectFields(tx, customerId))} as fields,
          ${gather(selectDevices(tx, customerId))} as devices,
          ${gather(selectConsents(tx, customerId))} as consents,
          ${gather(selectRequests(tx, customerId))} as requests,
          ${gather(selectOwnFields(tx))} as own`,
    ),
  );
  const [customer] = readRows<CustomerRecord>(parts.customers);
  if (!customer) return null;
  return {
    customer,
    parts: {
      fields: readRows(parts.fields),
      devices: readRows(parts.devices),
      consents: readRows(parts.consents),
      requests: readRows(parts.requests),
      own: readRows(parts.own),
    },
  };
}

/** The rows of a select as one text, in their order. */
const gather = (rows: RawBuilder<unknown>) =>
  sql`(select coalesce(json_agg(row_to_json(part)), '[]')::text from (${rows}) as part)`;

/** What columns of moments are called; nothing that somebody told stands in one. */
const MOMENT = /^(?:at|[a-z]+(?:[A-Z][a-z]+)*At)$/;

function readRows<Row>(text: string): Row[] {
  const rows = JSON.parse(text) as Record<string, unknown>[];
  return rows.map((row) => {
    const columns = Object.entries(row).map(([name, value]) =>
      MOMENT.test(name) && typeof value === "string" ? [name, new Date(value)] : [name, value],
    );
    return Object.fromEntries(columns) as Row;
  });
}
