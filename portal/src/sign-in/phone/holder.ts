import { findHolderLastHeard, type Reader } from "@foyer/branch-store";
import type { Step } from "../../step.ts";

const ASK_HOLDER_AFTER_DAYS = 180;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Whether a number, just proved on a device that is not known to be its guest's, may have passed to
 * somebody else: operators give numbers anew, and a name must not be told to a stranger.
 */
export function mayHaveNewHolder(tx: Reader, step: Step, phone: string): boolean {
  const { settings, context, now } = step;
  const days = settings.signIn.phone.askHolderAfterDays ?? ASK_HOLDER_AFTER_DAYS;
  if (days === 0) return false;
  const proved = context.proof !== null && !context.isSomebodyElse;
  const heard = findHolderLastHeard(tx, { phone, deviceId: context.deviceId, proved });
  return heard !== null && now.getTime() - heard.getTime() > days * DAY_MILLISECONDS;
}
