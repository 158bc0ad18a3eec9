import { attribute } from "../protocol/values.ts";
import { capInteger, combine, type Orders, type Vendor } from "./vendor.ts";

/** RFC 2869 §5.16: at least 60, and ten minutes or more is advised. */
export const INTERIM_SECONDS = 600;

/** Session-Timeout and interim accounting (RFC 2865 §5.27, RFC 2869 §5.16): any NAS knows them. */
export const sessionTimeout: Vendor<"sessionSeconds"> = {
  keeps: ["sessionSeconds"],
  attributes: ({ sessionSeconds }) => [
    attribute("Acct-Interim-Interval", INTERIM_SECONDS),
    ...(sessionSeconds === null ? [] : [attribute("Session-Timeout", capInteger(sessionSeconds))]),
  ],
};

const idleTimeout: Vendor<"idleSeconds"> = {
  keeps: ["idleSeconds"],
  attributes: ({ idleSeconds }) =>
    idleSeconds === null ? [] : [attribute("Idle-Timeout", capInteger(idleSeconds))],
};

/** The same with Idle-Timeout (RFC 2865 §5.28), which most know. */
export const standard = combine<"sessionSeconds" | "idleSeconds">(sessionTimeout, idleTimeout);

/** RFC 5176 §2 and §3: where nothing else is known, each name of a session that a NAS told us. */
export const standardOrders = {
  names: ["User-Name", "Calling-Station-Id", "Acct-Session-Id"],
  changes: [],
} as const satisfies Orders;
