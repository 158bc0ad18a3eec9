import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { refresh } from "./refresh.ts";
import { lockTellers } from "./word-queries.ts";

const TASK = "customers.find-anew";
/** Worked out in one transaction: whoever else changes one of them waits for its end. */
const PAGE_CUSTOMERS = 200;
/** After so many pages a job puts itself in again: a worker that stops waits for none for long. */
const PAGES_A_RUN = 40;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

type Place = { key: string; after: string };

/** By what a field says customers are found from now on, or not any more: their words are written anew. */
export function findAnew(tx: TenantTransaction, key: string): Promise<void> {
  return goOn(tx, { key, after: FIRST_ID });
}

const goOn = (tx: TenantTransaction, place: Place) =>
  enqueue(tx, { task: TASK, payload: place, key: place.key });

export const wordJobs: Jobs = {
  [TASK]: {
    work: async (context, { tenantId, payload }) => {
      if (tenantId !== null) await rewrite(context, tenantId, payload as Place);
    },
  },
};

async function rewrite(
  { database }: JobContext,
  tenantId: string,
  { key, after: first }: Place,
): Promise<void> {
  let after = first;
  for (let page = 0; page < PAGES_A_RUN; page += 1) {
    const ids = await database.inTenant(tenantId, async (tx) => {
      const found = await lockTellers(tx, { key, after, limit: PAGE_CUSTOMERS });
      for (const customerId of found) await refresh(tx, { customerId, position: 0 });
      return found;
    });
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
  }
  await database.inTenant(tenantId, (tx) => goOn(tx, { key, after }));
}
