import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { publishSettings } from "../branches/index.ts";
import { deleteOldRules, noteDevicesOfRules } from "./queries.ts";

/** What is over goes. Boxes that hold a rule of somebody who was forgotten are told to let go of it, too. */
export async function purgeRules(
  tx: TenantTransaction,
  limit: number,
): Promise<{ removed: number; events: NewEvent[] }> {
  await noteDevicesOfRules(tx);
  const gone = await deleteOldRules(tx, limit);
  const held = gone.filter(({ wasInForce }) => wasInForce).map(({ branchId }) => branchId);
  const events: NewEvent[] = [];
  // In one order everywhere: two that publish must not wait for each other.
  for (const branchId of [...new Set(held)].sort())
    events.push(...(await publishSettings(tx, branchId)));
  return { removed: gone.length, events };
}
