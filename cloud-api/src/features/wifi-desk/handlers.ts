import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { letGoOfRules } from "./purge.ts";
import { noteSeenDevices } from "./queries.ts";

/** By these somebody may be forgotten, with the devices that were theirs. */
const FORGETTING = [
  ...["guest.deletion-requested", "guest.expired", "member-code.issued"],
  "customer.erasure-ordered",
];
/** As many rules go at once; what is over them waits for the night. */
const RULES_AT_ONCE_MAX = 500;

/** All of it is done once for a batch of events. */
export const deskHandlers: EventHandlers = Object.fromEntries(
  ["device.seen", ...FORGETTING].map((type) => [type, async () => []]),
);

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
  // Of a device that was somebody's who is forgotten, a box may tell late.
  if (!learned && !events.some(({ type }) => FORGETTING.includes(type))) return [];
  return (await letGoOfRules(tx, RULES_AT_ONCE_MAX)).events;
}
