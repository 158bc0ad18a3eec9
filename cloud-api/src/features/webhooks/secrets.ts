import type { Sealing } from "../../platform/sealing.ts";
import type { EndpointRow, Sealed } from "./queries.ts";

type Place = { tenantId: string; endpointId: string };

const placeOf = ({ tenantId, endpointId }: Place, which: "secret" | "old-secret") =>
  `webhook ${tenantId} ${endpointId} ${which}`;

export function sealSecret(sealing: Sealing, place: Place, secret: string): Buffer {
  return sealing.seal(secret, placeOf(place, "secret"));
}

/** The secret of before, sealed for the place where it goes on to sign for a while. */
export function retireSecret(sealing: Sealing, place: Place, sealed: Buffer): Buffer {
  const secret = sealing.open(sealed, placeOf(place, "secret"));
  return sealing.seal(secret, placeOf(place, "old-secret"));
}

type Opening = { tenantId: string; endpoint: EndpointRow & Sealed; now: Date };

/** By what a message is signed now: the newest first. */
export function openSecrets(sealing: Sealing, { tenantId, endpoint, now }: Opening): string[] {
  const place = { tenantId, endpointId: endpoint.id };
  const { secret, oldSecret, oldSecretUntil } = endpoint;
  const current = sealing.open(secret, placeOf(place, "secret"));
  const isOver = oldSecret === null || oldSecretUntil === null || oldSecretUntil <= now;
  return isOver ? [current] : [current, sealing.open(oldSecret, placeOf(place, "old-secret"))];
}
