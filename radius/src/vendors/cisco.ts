import { standard } from "./standard.ts";

/** Cisco IOS XE names a policy of its own (`Cisco-AVPair` sub-qos-policy-in), and takes no number. */
export const cisco = standard;
