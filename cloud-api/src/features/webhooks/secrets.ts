import type { Sealing } from "../../platform/sealing.ts";
import type { Sealed } from "./queries.ts";

type Place = { tenantId: string; endpointId: string };
/** A secret that is not given out any more, and signs until then. */
type Retired = { secret: string; until: string };

const placeOf = ({ tenantId, endpointId }: Place, which: "secret" | "old-secrets") =>
  `webhook ${tenantId} ${endpointId} ${which}`;

export function sealSecret(sealing: Sealing, place: Place, secret: string): Buffer {
  return sealing.seal(secret, placeOf(place, "secret"));
}

/** By what a message is signed now: the newest first. */
export function openSecrets(
  sealing: Sealing,
  { sealed, now, ...place }: Place & { sealed: Sealed; now: Date },
): string[] {
  const current = sealing.open(sealed.secret, placeOf(place, "secret"));
  return [current, ...openRetired(sealing, { ...place, sealed, now }).map(({ secret }) => secret)];
}

type Retiring = Place & { sealed: Sealed; now: Date; until: Date };

/**
 * The secret of now beside those of before that still sign, sealed. Each is good for its own time: a
 * change soon after another ends none that a receiver may be using.
 */
export function retireSecret(
  sealing: Sealing,
  { until, ...held }: Retiring,
): { oldSecrets: Buffer; count: number } {
  const secret = sealing.open(held.sealed.secret, placeOf(held, "secret"));
  const retired = [{ secret, until: until.toISOString() }, ...openRetired(sealing, held)];
  const oldSecrets = sealing.seal(JSON.stringify(retired), placeOf(held, "old-secrets"));
  return { oldSecrets, count: retired.length };
}

function openRetired(
  sealing: Sealing,
  { sealed: { oldSecrets }, now, ...place }: Place & { sealed: Sealed; now: Date },
): Retired[] {
  if (oldSecrets === null) return [];
  const all = JSON.parse(sealing.open(oldSecrets, placeOf(place, "old-secrets"))) as Retired[];
  return all.filter(({ until }) => Date.parse(until) > now.getTime());
}
