import { openLink, sealLink } from "../../platform/sealed-link.ts";
import type { Sealing } from "../../platform/sealing.ts";

export type Share = { tenantId: string; fileId: string; until: Date };

const PLACE = "survey-files share";

/** Sealed with the cloud's own key: nobody makes one, changes one or reads whose it is. */
export const writeShare = (sealing: Sealing, { tenantId, fileId, until }: Share): string =>
  sealLink(sealing, [tenantId, fileId, until.getTime()].join(" "), PLACE);

/** Null: it is none of ours. */
export function openShare(sealing: Sealing, token: string): Share | null {
  const text = openLink(sealing, token, PLACE);
  if (text === null) return null;
  const [tenantId = "", fileId = "", until = ""] = text.split(" ");
  return { tenantId, fileId, until: new Date(Number(until)) };
}
