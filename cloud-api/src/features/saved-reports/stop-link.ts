import { openLink, sealLink } from "../../platform/sealed-link.ts";
import type { Sealing } from "../../platform/sealing.ts";
import type { Reading } from "./reader-queries.ts";

/** Whose mails of which order end by it, and nobody else's. */
export type Stop = Reading & { tenantId: string };

export const STOP_PATH = "/report-mails";
const PLACE = "saved-reports stop";
const ID = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;
const OCTETS = 16;

/** Sealed with the cloud's own key; ids go as their octets, so that the address stays short. */
export function writeStop(
  sealing: Sealing,
  { tenantId, savedId, staffId, readerId }: Stop,
): string {
  const digits = [tenantId, savedId, staffId, readerId].join("").replaceAll("-", "");
  return sealLink(sealing, Buffer.from(digits, "hex").toString("base64url"), PLACE);
}

/** Null: it is none of ours. */
export function readStop(sealing: Sealing, token: string): Stop | null {
  const text = openLink(sealing, token, PLACE);
  if (text === null) return null;
  const octets = Buffer.from(text, "base64url");
  const idAt = (at: number) =>
    octets
      .subarray(at * OCTETS, (at + 1) * OCTETS)
      .toString("hex")
      .replace(ID, "$1-$2-$3-$4-$5");
  return { tenantId: idAt(0), savedId: idAt(1), staffId: idAt(2), readerId: idAt(3) };
}
