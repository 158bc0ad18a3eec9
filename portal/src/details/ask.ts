import { type Asking, chooseAsking, OPTIONAL_PURPOSES, USUAL_DETAILS } from "@foyer/blocks";
import { findFieldsState, findVisitNumber } from "@foyer/branch-store";
import { findTextFor } from "../consent/view.ts";
import type { Step } from "../step.ts";

/** What this guest is asked for before going online; null when there is nothing. */
export function findAsking(step: Step, guestId: string): Asking | null {
  const { portal, settings, now } = step;
  const { state, visitNumber } = portal.store.read((tx) => ({
    state: findFieldsState(tx, guestId),
    visitNumber: findVisitNumber(tx, guestId),
  }));
  const hasConsents = OPTIONAL_PURPOSES.some((purpose) => findTextFor(step, purpose) !== null);
  const details = settings.signIn.details ?? USUAL_DETAILS;
  const asking = chooseAsking({ details, state, visitNumber, hasConsents, now });
  return asking.fields.length > 0 || asking.consents ? asking : null;
}
