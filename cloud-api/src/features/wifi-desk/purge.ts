import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { publishSettingsOf } from "../branches/index.ts";
import { deleteOldRules, noteDevicesOfRules } from "./queries.ts";

type Gone = { removed: number; events: NewEvent[] };

/** The nightly run: also finds devices that rules have not learned of by what boxes told. */
export async function purgeRules(tx: TenantTransaction, limit: number): Promise<Gone> {
  await noteDevicesOfRules(tx);
  return await letGoOfRules(tx, limit);
}

/** What is over goes. Boxes that hold a rule of somebody who was forgotten are told to let go of it, too. */
export async function letGoOfRules(tx: TenantTransaction, limit: number): Promise<Gone> {
  const gone = await deleteOldRules(tx, limit);
  const held = gone.filter(({ wasInForce }) => wasInForce).map(({ branchId }) => branchId);
  return { removed: gone.length, events: await publishSettingsOf(tx, held) };
}
