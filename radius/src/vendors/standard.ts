import { attribute } from "../protocol/values.ts";
import { capInteger, type Vendor } from "./vendor.ts";

/** RFC 2869 §5.16: at least 60, and ten minutes or more is advised. */
export const INTERIM_SECONDS = 600;

/** Time limits and interim accounting (RFC 2865 §5.27-5.28, RFC 2869 §5.16): any NAS knows them. */
export const standard: Vendor = ({ sessionSeconds, idleSeconds }) => {
  const attributes = [attribute("Acct-Interim-Interval", INTERIM_SECONDS)];
  if (sessionSeconds !== null)
    attributes.push(attribute("Session-Timeout", capInteger(sessionSeconds)));
  if (idleSeconds !== null) attributes.push(attribute("Idle-Timeout", capInteger(idleSeconds)));
  return attributes;
};
