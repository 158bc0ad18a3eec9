import { isDeepStrictEqual } from "node:util";
import type { Limits } from "@foyer/admission";
import type { Granted } from "@foyer/branch-store";
import type { RawAttribute } from "../protocol/packet.ts";
import { limitAttributes, type VendorName } from "./index.ts";
import { sessionClass } from "./session-class.ts";

export type Grant = { policyId: string; limits: Limits; granted: Granted };

/** A branch has a few policies and kinds of NAS; the next settings may have others. */
const ENTRIES_MAX = 256;
const written = new Map<string, { grant: Grant; attributes: readonly RawAttribute[] }>();

/**
 * What an Access-Accept says of a grant: limits and Class. Most guests of a policy have the same
 * limits, so they are written anew only where they differ from the last one's.
 */
export function grantAttributes(vendor: VendorName, grant: Grant): readonly RawAttribute[] {
  const { policyId, limits } = grant;
  const key = `${vendor} ${policyId}`;
  const last = written.get(key);
  if (last && areEqual(last.grant, grant)) return last.attributes;
  const attributes = [...limitAttributes(vendor, limits), sessionClass(grant)];
  if (written.size >= ENTRIES_MAX) written.clear();
  written.set(key, { grant, attributes });
  return attributes;
}

function areEqual(left: Grant, right: Grant): boolean {
  return (
    isDeepStrictEqual(left.limits, right.limits) && isDeepStrictEqual(left.granted, right.granted)
  );
}
