import { getRow, keepPlan, sql, type TenantTransaction } from "../../platform/db.ts";
import { gather, readGathered } from "../../platform/gathered.ts";
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
  const [customer] = readGathered<CustomerRecord>(parts.customers);
  if (!customer) return null;
  return {
    customer,
    parts: {
      fields: readGathered(parts.fields),
      devices: readGathered(parts.devices),
      consents: readGathered(parts.consents),
      requests: readGathered(parts.requests),
      own: readGathered(parts.own),
    },
  };
}
