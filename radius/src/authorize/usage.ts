import { startOfDay, startOfWeek, type Usage } from "@foyer/admission";
import { findUsage, type Reader } from "@foyer/branch-store";

/** What a guest has used up by now, on the branch's calendar. */
export function findUsageNow(
  tx: Reader,
  { guestId, deviceId }: { guestId: string; deviceId: string },
  timeZone: string,
): Usage {
  const dayStart = startOfDay(tx.now, timeZone);
  const weekStart = startOfWeek(tx.now, timeZone);
  return findUsage(tx, { guestId, deviceId, dayStart, weekStart });
}
