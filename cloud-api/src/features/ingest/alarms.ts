import type { BoxAlarms } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { countMissingByBox, listTwins } from "./gap-queries.ts";
import { twinsSince } from "./rules.ts";

/** What is wrong with what boxes sent, by box. */
export async function findBoxAlarms(
  tx: TenantTransaction,
): Promise<ReadonlyMap<string, BoxAlarms>> {
  const missing = await countMissingByBox(tx);
  const twins = await listTwins(tx, { boxId: null, seenSince: twinsSince(tx.now) });
  const alarms = new Map<string, BoxAlarms>(
    missing.map(({ boxId, missing: missingEvents, foundAt }) => [
      boxId,
      { missingEvents, missingSince: foundAt, hasTwin: false },
    ]),
  );
  for (const { boxId } of twins) {
    const { missingEvents = 0, missingSince = null } = alarms.get(boxId) ?? {};
    alarms.set(boxId, { missingEvents, missingSince, hasTwin: true });
  }
  return alarms;
}
