import { X509Certificate } from "node:crypto";
import type { CertificateSettings } from "../../platform/certificate-settings.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { CertificateRow } from "./queries.ts";
import { publicName } from "./rules.ts";
import { askTurn, delayTurns, findTurn, takeTurn } from "./turn-queries.ts";
import { chooseTurn, emptyUntil, hasTurn, takeOne } from "./turn-rules.ts";

type Paced = Pick<CertificateSettings, "directoryUrl" | "zone" | "pace">;

/** Null: the box's turn has come, or it needs none. Else when it comes, as far as is known. */
export async function awaitTurn(
  tx: TenantTransaction,
  row: CertificateRow,
  settings: Paced,
): Promise<Date | null> {
  const { directoryUrl, zone, pace } = settings;
  // An order that the authority has is counted there.
  if (!pace || row.orderUrl !== null || hasTurn(row.turnAt, tx.now)) return null;
  const isRenewal = isOf(row, zone);
  if (isRenewal && !pace.countsRenewals) return null;
  const { boxId } = row;
  const urgentAt = isRenewal && row.validUntil ? row.validUntil : tx.now;
  await askTurn(tx, { directoryUrl, zone, boxId, isRenewal, urgentAt });
  const turn = await findTurn(tx, { directoryUrl, zone, boxId });
  if (!turn) throw new Error("A box that was just put into the queue is not in it.");
  const { aWeek } = pace;
  const at = chooseTurn({ ...turn, aWeek });
  if (at > tx.now) return at;
  const fullAt = takeOne(turn.fullAt, { aWeek, now: tx.now });
  await takeTurn(tx, { directoryUrl, zone, boxId, fullAt });
  return null;
}

/** When the turn of a box comes that waits for it; null: it does not. */
export async function findTurnTime(
  tx: TenantTransaction,
  row: CertificateRow | null,
  settings: Paced | null,
): Promise<Date | null> {
  if (row?.state !== "ordered" || !settings?.pace) return null;
  const turn = await findTurn(tx, { ...settings, boxId: row.boxId });
  if (!turn) return null;
  const at = chooseTurn({ ...turn, aWeek: settings.pace.aWeek });
  return new Date(Math.max(at.getTime(), tx.now.getTime()));
}

/** The authority gives the whole zone nothing before: nobody's turn comes until then. */
export async function delayAll(
  tx: TenantTransaction,
  { directoryUrl, zone, pace }: Paced,
  until: Date,
): Promise<void> {
  if (pace) await delayTurns(tx, { directoryUrl, zone, fullAt: emptyUntil(until, pace.aWeek) });
}

/** Whether the last certificate is of the name that is asked for: a renewal to the authority as well. */
function isOf(row: CertificateRow, zone: string): boolean {
  if (row.chain === null) return false;
  const names = new X509Certificate(row.chain).subjectAltName ?? "";
  return names
    .toLowerCase()
    .split(", ")
    .includes(`dns:${publicName(row, zone)}`);
}
