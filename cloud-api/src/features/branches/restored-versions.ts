import type { TenantTransaction } from "../../platform/db.ts";
import type { RateGate } from "../../platform/rate-gate.ts";
import type { BoxIdentity } from "../../platform/session.ts";
import type { Held } from "./held.ts";
import { type BranchHead, raiseVersionAbove } from "./queries.ts";

/** So many versions a back-up may have missed; who is further ahead tells nonsense. */
const VERSIONS_LOST_MAX = 10_000;
/** The rest of PostgreSQL's integer is for what staff change, whatever boxes say. */
const VERSION_BELIEVED_MAX = 2 ** 30;

type Asking = { box: BoxIdentity; held: Held };
/** The branches by their ids, those that rose included, and the boxes that said so. */
export type Risen = { branches: Map<string, BranchHead>; boxIds: string[] };

/**
 * A box that holds a later version than there is has it from before this cloud was restored from a back-up:
 * what stands here is told under a version above that. Otherwise nothing that staff change would reach the
 * box until as many changes were made anew. Each box that is believed has a lead less once that is kept:
 * whoever commits draws it.
 */
export async function riseAbove(
  tx: TenantTransaction,
  heads: readonly BranchHead[],
  { waiting, leads }: { waiting: readonly Asking[]; leads: Pick<RateGate, "waitSeconds"> },
): Promise<Risen> {
  const branches = new Map(heads.map((head) => [head.id, head]));
  const boxIds: string[] = [];
  const ahead = waiting.filter((each) => {
    const head = branches.get(each.box.branchId);
    return (
      head !== undefined && isBelieved(each.held, head) && leads.waitSeconds(each.box.boxId) === 0
    );
  });
  // In one order: those who raise several wait for each other's rows and never cross.
  for (const { box, held } of ahead.toSorted((a, b) =>
    a.box.branchId < b.box.branchId ? -1 : 1,
  )) {
    const { branchId, boxId } = box;
    const head = branches.get(branchId);
    if (!head || head.settingsVersion > held.settings) continue;
    const settingsVersion = await raiseVersionAbove(tx, { branchId, version: held.settings });
    branches.set(branchId, { ...head, settingsVersion });
    boxIds.push(boxId);
  }
  return { branches, boxIds };
}

function isBelieved({ settings, partsHeld }: Held, { settingsVersion }: BranchHead): boolean {
  const lead = settings - settingsVersion;
  const isLost = lead > 0 && lead <= VERSIONS_LOST_MAX && settings < VERSION_BELIEVED_MAX;
  return partsHeld !== null && isLost;
}
