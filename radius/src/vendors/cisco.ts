import { standard } from "./standard.ts";
import type { NasVendor } from "./vendor.ts";

/**
 * Cisco IOS XE names a policy of its own (`Cisco-AVPair` sub-qos-policy-in), and takes no number. It
 * finds a session by Acct-Session-Id, Calling-Station-Id or its own audit-session-id and refuses an
 * order when one of several does not fit, so it is told the one that has a single spelling.
 */
export const cisco: NasVendor = {
  ...standard,
  orders: { names: ["Acct-Session-Id"], changes: [] },
};
