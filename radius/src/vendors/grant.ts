import type { Limits } from "@foyer/admission";
import type { Granted } from "@foyer/branch-store";
import type { NasVendorName } from "@foyer/contract";
import type { RawAttribute } from "../protocol/packet.ts";
import { limitAttributes } from "./index.ts";
import { sessionClass } from "./session-class.ts";

export type Grant = { policyId: string; limits: Limits; granted: Granted };

/** A branch has a few policies and kinds of NAS; the next settings may have others. */
const POLICIES_MAX = 256;
type Written = { grant: Grant; attributes: readonly RawAttribute[] };
/** By policy. */
const written = new Map<string, { [V in NasVendorName]?: Written }>();

/**
 * What an Access-Accept says of a grant: limits and Class. Most guests of a policy have the same
 * limits, so they are written anew only where they differ from the last one's.
 */
export function grantAttributes(vendor: NasVendorName, grant: Grant): readonly RawAttribute[] {
  const { policyId, limits } = grant;
  const ofPolicy = written.get(policyId) ?? {};
  const last = ofPolicy[vendor];
  if (last && areEqual(last.grant, grant)) return last.attributes;
  const attributes = [...limitAttributes(vendor, limits), sessionClass(grant)];
  ofPolicy[vendor] = { grant, attributes };
  if (written.size >= POLICIES_MAX) written.clear();
  written.set(policyId, ofPolicy);
  return attributes;
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
