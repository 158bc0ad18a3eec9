import type { Hooks } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { RateGate } from "../../platform/rate-gate.ts";
import type { BoxIdentity } from "../../platform/session.ts";
import { raiseCommands } from "./command-queries.ts";
import type { Held } from "./held.ts";

type Asking = { box: BoxIdentity; held: Held };

/**
 * Words to a box are counted from the clock on, so that a cloud that was restored from a back-up speaks above
 * all it has said since. Where the clock of the one before was ahead, a box holds words above that: what it
 * is asked and told is said above them from now on, and so is what was said below them before it called.
 * Gives the boxes that were believed.
 */
export async function speakAbove(
  tx: TenantTransaction,
  hooks: Hooks,
  { waiting, leads }: { waiting: readonly Asking[]; leads: Pick<RateGate, "waitSeconds"> },
): Promise<string[]> {
  const believed = waiting.filter(({ box }) => leads.waitSeconds(box.boxId) === 0);
  const heldOf = (key: "boxCommands" | "coupons") =>
    believed.flatMap(({ box: { boxId }, held }) => {
      const after = held[key];
      return after === null || after === 0 ? [] : [{ boxId, after }];
    });
  return [
    ...(await raiseCommands(tx, heldOf("boxCommands"))),
    ...((await hooks.raiseCoupons?.(tx, heldOf("coupons"))) ?? []),
  ];
}
