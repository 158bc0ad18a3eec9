import { sql, type TenantTransaction } from "../../platform/db.ts";
import { type SumRow, sumFigures } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import type { Narrowed } from "./narrowing.ts";
import type { Unit } from "./rules.ts";
import { type CountedVisit, listVisits } from "./visit-list-queries.ts";

/** Beyond these a list of somebody's visits is no reading: the newest are told. */
const VISITS_TOLD_MAX = 500;

export type CustomerUse = {
  /** By the slots of a period, and by branches, of which there are any. */
  slots: SumRow[];
  branches: SumRow[];
  /** The newest day first. */
  visits: CountedVisit[];
};

/** One customer's visits at the branches and on the days that are asked about, summed and one by one. */
export async function findCustomerUse(
  tx: TenantTransaction,
  asked: { filter: Filter; customerId: string; unit: Exclude<Unit, "hour"> },
): Promise<CustomerUse> {
  const { unit } = asked;
  const filter = { ...asked.filter, narrowed: ofCustomer(asked.customerId) };
  const slots = await sumFigures(tx, { filter, grouping: { by: "slot", unit } });
  const branches = await sumFigures(tx, { filter, grouping: { by: "branch" } });
  const cell = { filter, of: { kind: "all" } } as const;
  const visits = await listVisits(tx, { cell, after: null, limit: VISITS_TOLD_MAX });
  const came = (rows: SumRow[]) => rows.filter((row) => row.visits > 0);
  return { slots: came(slots), branches: came(branches), visits };
}

const ofCustomer = (customerId: string): Narrowed => ({
  customers: [sql`select ${customerId}::uuid`],
  ...{ devices: null, systems: null, forms: null, methods: null },
});
