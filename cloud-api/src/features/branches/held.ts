import type { KnownGuestsQuestion } from "../../feature.ts";
import type { BoxIdentity } from "../../platform/session.ts";
import type { BranchFacts } from "./branch-facts.ts";

/** What a box holds already. */
export type Held = GuestsHeld & {
  settings: number;
  /** Of its settings' parts; null: a box that takes settings whole. */
  partsHeld: ReadonlyMap<string, string> | null;
  codes: number;
  /** Null: a box of a release that is told of no commands any more. */
  boxCommands: number | null;
  /** Null: a box that gives no coupons. */
  coupons: number | null;
  /** The name of the key it seals events to; null: a box that seals none. */
  sealingKey: string | null;
};

export type GuestsHeld = {
  guests: number;
  /** The event that stood at `guests`; null: not said. */
  guestsMark: string | null;
  /** Null: a box that takes all guests at once. */
  guestsPage: string | null;
  epoch: string | null;
};

/** What a branch's box wants to know of the tenant's guests. */
export function askAboutGuests(
  { guestsMax, recogniseDays, countsTenantVisits }: BranchFacts,
  { branchId, boxId, held }: BoxIdentity & { held: GuestsHeld },
): KnownGuestsQuestion {
  return {
    ...{ branchId, boxId, epoch: held.epoch, since: held.guests, mark: held.guestsMark },
    ...{ guestsPage: held.guestsPage, lookedTo: 0, guestsMax, recogniseDays, countsTenantVisits },
  };
}
