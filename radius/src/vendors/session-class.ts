import type { Limits } from "@foyer/admission";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";

const PREFIX = "foyer session=";

/**
 * A NAS sends Class back unchanged in its accounting (RFC 2865 §5.25): so the time limit of a
 * session is known when it is accounted for, whatever was restarted in between.
 */
export function sessionClass({ sessionSeconds }: Limits): RawAttribute {
  return attribute("Class", Buffer.from(`${PREFIX}${sessionSeconds ?? "unlimited"}`));
}

/** The seconds a Class of ours speaks of; null for no limit and for a Class that is not ours. */
export function readSessionClass(octets: Buffer): number | null {
  const text = octets.toString("latin1");
  if (!text.startsWith(PREFIX)) return null;
  const seconds = text.slice(PREFIX.length);
  return /^\d{1,10}$/.test(seconds) ? Number(seconds) : null;
}
