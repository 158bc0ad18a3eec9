import {
  NO_USAGE,
  type Remaining,
  remainingLimits,
  startOfDay,
  startOfWeek,
  type Usage,
} from "@foyer/admission";
import { countOtherDevices, findUsage, type Reader } from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";

type Holder = { guestId: string; deviceId: string };

/** What a guest has used up by now, on the branch's calendar. */
export function findUsageNow(tx: Reader, holder: Holder, timeZone: string): Usage {
  const { guestId, deviceId } = holder;
  const dayStart = startOfDay(tx.now, timeZone);
  const weekStart = startOfWeek(tx.now, timeZone);
  return findUsage(tx, { guestId, deviceId, dayStart, weekStart });
}

/** What is left of a policy for a guest who asks to go online: a reconnect gives nothing back. */
export function findRemaining(
  tx: Reader,
  { policy, timeZone, ...holder }: Holder & { policy: AccessPolicy; timeZone: string },
): Remaining {
  return remainingLimits({
    policy,
    usage: policy.quotas?.length ? findUsageNow(tx, holder, timeZone) : NO_USAGE,
    otherDevices: policy.devicesMax === undefined ? 0 : countOtherDevices(tx, holder),
    now: tx.now,
    timeZone,
  });
}
