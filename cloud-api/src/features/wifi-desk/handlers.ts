import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { isForgotten } from "../customers/index.ts";
import { endKeysOf, forgetKeysOfForgotten, insertKey } from "./key-queries.ts";
import { letGoOfRules } from "./purge.ts";
import { noteSeenDevices } from "./queries.ts";

/** By these somebody may be forgotten, with the devices that were theirs. */
const FORGETTING = [
  ...["guest.deletion-requested", "guest.expired", "member-code.issued"],
  "customer.erasure-ordered",
];
/** As many rules go at once; what is over them waits for the night. */
const RULES_AT_ONCE_MAX = 500;

export const deskHandlers: EventHandlers = {
  // Done once for a batch of events.
  ...Object.fromEntries(["device.seen", ...FORGETTING].map((type) => [type, async () => []])),

  "credential.issued": async (tx, { id, branchId, origin, payload, occurredAt: issuedAt }) => {
    // A branch may have been offline while somebody was forgotten.
    if (await isForgotten(tx, payload.guestId)) return [];
    await insertKey(tx, { id, branchId, boxId: origin.boxId, ...payload, issuedAt });
    return [];
  },

  "credential.revoked": async (tx, { id: eventId, payload, occurredAt: at }) => {
    const { guestId, deviceId, by = null } = payload;
    await endKeysOf(tx, { eventId, guestId, deviceId, at, by });
    return [];
  },
};

/**
 * A rule knows which devices of ours have its address as soon as boxes tell of them, and goes, here and on
 * the boxes, as soon as whose device it was is forgotten. Only what boxes told of is looked at: the nightly
 * run alone compares all devices with all rules.
 */
export async function settleRules(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  const seen = events.flatMap(({ type, payload: { deviceId, mac } }) =>
    type === "device.seen" && typeof deviceId === "string" && typeof mac === "string"
      ? [{ deviceId: deviceId.toLowerCase(), mac }]
      : [],
  );
  const learned = seen.length > 0 && (await noteSeenDevices(tx, seen));
  const isForgetting = events.some(({ type }) => FORGETTING.includes(type));
  if (isForgetting) await forgetKeysOfForgotten(tx);
  // Of a device that was somebody's who is forgotten, a box may tell late.
  if (!learned && !isForgetting) return [];
  return (await letGoOfRules(tx, RULES_AT_ONCE_MAX)).events;
}
