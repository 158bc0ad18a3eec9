import type { CertificateSettings } from "../../platform/certificate-settings.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { findCertificate } from "./queries.ts";
import { publicName } from "./rules.ts";

/** The name that a box serves https by just now; null: it serves none that a browser believes. */
export async function findServedName(
  tx: TenantTransaction,
  { boxId, settings }: { boxId: string; settings: CertificateSettings | null },
): Promise<string | null> {
  if (!settings) return null;
  const row = await findCertificate(tx, boxId);
  if (!row?.servedUntil || row.servedUntil <= tx.now) return null;
  return publicName(row, settings.zone);
}
