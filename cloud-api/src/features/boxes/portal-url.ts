import type { Nas } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { findBoxAddress } from "./queries.ts";

/**
 * What guests' browsers call a branch's portal: as an access controller of the branch has it, else where
 * its box says that it is. Null: nobody has said yet.
 */
export async function findPortalUrl(
  tx: TenantTransaction,
  { id, settings }: { id: string; settings: { nas: readonly Nas[] } },
): Promise<string | null> {
  const told = findToldOrigin(settings.nas);
  if (told !== null) return told;
  const address = await findBoxAddress(tx, id);
  return address === null ? null : portalOriginAt(address);
}

/** As an access controller of the branch has it already; null: none does. */
export function findToldOrigin(all: readonly Nas[]): string | null {
  for (const each of all) {
    if (each.kind === "cisco-cwa") return each.portalOrigin;
    const origin = each.kind === "coova" ? URL.parse(each.uamServer)?.origin : null;
    if (origin) return origin;
  }
  return null;
}

/** Where an installed box serves it: at the port that needs not be typed. */
export const portalOriginAt = (host: string): string =>
  `http://${host.includes(":") ? `[${host}]` : host}`;
