import type { DeliveryPlace } from "./delivery-queries.ts";

/** Where a page of deliveries ends, as the next one asks for it. */
export function writePlace({ at, id }: DeliveryPlace): string {
  return Buffer.from(`${at} ${id}`).toString("base64url");
}

/** Null for a cursor this program did not write. */
export function readPlace(cursor: string): DeliveryPlace | null {
  const [at = "", id = "", ...rest] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const isTime = !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at;
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  return rest.length === 0 && isTime && isId ? { at, id } : null;
}
