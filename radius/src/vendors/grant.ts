import type { Limits } from "@foyer/admission";
import type { Granted } from "@foyer/branch-store";
import type { NasVendorName } from "@foyer/contract";
import { writeAttributes } from "../protocol/packet.ts";
import { limitAttributes } from "./index.ts";
import { sessionClass } from "./session-class.ts";

export type Grant = { policyId: string; limits: Limits; granted: Granted };

/** A branch has a few policies and kinds of NAS; the next settings may have others. */
const POLICIES_MAX = 256;
type Written = { grant: Grant; octets: Buffer };
/** By policy. */
const written = new Map<string, { [V in NasVendorName]?: Written }>();

/**
 * What an Access-Accept says of a grant, limits and Class, as it stands in a packet. Most guests of a
 * policy have the same limits, so they are written anew only where they differ from the last one's.
 */
export function writeGrant(vendor: NasVendorName, grant: Grant): Buffer {
  const { policyId, limits } = grant;
  const ofPolicy = written.get(policyId) ?? {};
  const last = ofPolicy[vendor];
  if (last && areEqual(last.grant, grant)) return last.octets;
  const octets = writeAttributes([...limitAttributes(vendor, limits), sessionClass(grant)]);
  ofPolicy[vendor] = { grant, octets };
  if (written.size >= POLICIES_MAX) written.clear();
  written.set(policyId, ofPolicy);
  return octets;
}

function areEqual(left: Grant, right: Grant): boolean {
  return (
    haveSameLimits(left.limits, right.limits) &&
    haveSameLimits(left.granted.limits, right.granted.limits) &&
    left.granted.endsAt?.getTime() === right.granted.endsAt?.getTime() &&
    left.granted.accessCodeId === right.granted.accessCodeId &&
    left.granted.credential === right.granted.credential
  );
}

/** By name: a comparison of whatever they hold costs more than the rest of an answer. */
function haveSameLimits(left: Limits, right: Limits): boolean {
  return (
    left.sessionSeconds === right.sessionSeconds &&
    left.idleSeconds === right.idleSeconds &&
    left.uploadKbps === right.uploadKbps &&
    left.downloadKbps === right.downloadKbps &&
    left.sessionBytes === right.sessionBytes &&
    left.sessionUploadBytes === right.sessionUploadBytes &&
    left.sessionDownloadBytes === right.sessionDownloadBytes
  );
}
