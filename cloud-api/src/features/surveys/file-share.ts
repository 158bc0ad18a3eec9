import type { Sealing } from "../../platform/sealing.ts";

export type Share = { tenantId: string; fileId: string; until: Date };

const PLACE = "survey-files share";

/** Sealed with the cloud's own key: nobody makes one, changes one or reads whose it is. */
export function writeShare(sealing: Sealing, { tenantId, fileId, until }: Share): string {
  return sealing.seal([tenantId, fileId, until.getTime()].join(" "), PLACE).toString("base64url");
}

/** Null: it is none of ours. */
export function openShare(sealing: Sealing, token: string): Share | null {
  const sealed = Buffer.from(token, "base64url");
  // The same octets have one spelling.
  if (sealed.toString("base64url") !== token) return null;
  try {
    const [tenantId = "", fileId = "", until = ""] = sealing.open(sealed, PLACE).split(" ");
    return { tenantId, fileId, until: new Date(Number(until)) };
  } catch {
    // What the key does not open was made or changed by somebody else.
    return null;
  }
}
