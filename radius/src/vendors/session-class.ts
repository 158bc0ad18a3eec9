import type { Limits } from "@foyer/admission";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";

const PREFIX = "foyer ";
/** RFC 2865 §5: no value is longer; a longer one was not one attribute of ours. */
const OCTETS_MAX = 253;

/** What a Class of ours says of the session that was granted. */
export type SessionClass = {
  /** Null: no limit, or none that can be read. */
  sessionSeconds: number | null;
  /** Null in the Class of an earlier release. */
  policyId: string | null;
};

/**
 * A NAS sends Class back unchanged in its accounting (RFC 2865 §5.25): so the time limit and the
 * policy of a session are known when it is accounted for, whatever was restarted in between.
 */
export function sessionClass(granted: { policyId: string; limits: Limits }): RawAttribute {
  const session = granted.limits.sessionSeconds ?? "unlimited";
  return attribute("Class", Buffer.from(`${PREFIX}session=${session} policy=${granted.policyId}`));
}

/** Reads a Class; null for one that is not ours. What it does not know in ours it passes over. */
export function readSessionClass(octets: Buffer): SessionClass | null {
  if (octets.length > OCTETS_MAX) return null;
  const text = octets.toString("latin1");
  if (!text.startsWith(`${PREFIX}session=`)) return null;
  const words = text.slice(PREFIX.length).split(" ");
  const find = (pattern: RegExp) =>
    words.map((word) => pattern.exec(word)?.[1]).find((value) => value !== undefined) ?? null;
  const seconds = find(/^session=(\d{1,10})$/);
  return {
    sessionSeconds: seconds === null ? null : Number(seconds),
    policyId: find(/^policy=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i),
  };
}
