import {
  type DirectoryTransaction,
  findRow,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import { STALE_TURN_MS } from "./turn-rules.ts";

/** Whom an authority's limit is for: all names below one zone, whosever they are. */
export type Counted = { directoryUrl: string; zone: string };
export type TurnRow = {
  /** When all that was taken will have been given anew. */
  fullAt: Date;
  /** How many go before it. */
  ahead: number;
};

/** In the queue, in the place that it had; until the transaction's end nobody takes a turn. */
export function askTurn(
  tx: TenantTransaction,
  {
    directoryUrl,
    zone,
    boxId,
    isRenewal,
    urgentAt,
  }: Counted & {
    boxId: string;
    isRenewal: boolean;
    /** The earlier goes first: the end of what is renewed, or when it was asked for. */
    urgentAt: Date;
  },
): Promise<void> {
  return run(
    tx,
    sql`select directory.ask_certificate_turn(${directoryUrl}, ${zone}, ${boxId}, ${isRenewal},
          ${urgentAt}, ${tx.now})`,
  );
}

/** Null: the box waits for no turn. */
export function findTurn(
  tx: TenantTransaction,
  { directoryUrl, zone, boxId }: Counted & { boxId: string },
): Promise<TurnRow | null> {
  const askedAfter = new Date(tx.now.getTime() - STALE_TURN_MS);
  return findRow(
    tx,
    sql<TurnRow>`select full_at as "fullAt", ahead
      from directory.find_certificate_turn(${directoryUrl}, ${zone}, ${boxId}, ${askedAfter})`,
  );
}

/** Out of the queue, with the turn: both are so together. */
export async function takeTurn(
  tx: TenantTransaction,
  { directoryUrl, zone, boxId, fullAt }: Counted & { boxId: string; fullAt: Date },
): Promise<void> {
  await run(
    tx,
    sql`select directory.take_certificate_turn(${directoryUrl}, ${zone}, ${boxId}, ${fullAt},
          ${tx.now})`,
  );
  await run(
    tx,
    sql`update box_certificates set turn_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId}`,
  );
}

/** Nobody's turn comes before it has been given anew that far. */
export function delayTurns(
  tx: TenantTransaction,
  { directoryUrl, zone, fullAt }: Counted & { fullAt: Date },
): Promise<void> {
  return run(
    tx,
    sql`select directory.delay_certificate_turns(${directoryUrl}, ${zone}, ${fullAt})`,
  );
}

/** Those of boxes that ask no more. */
export function forgetTurns(tx: DirectoryTransaction): Promise<void> {
  const askedBefore = new Date(tx.now.getTime() - STALE_TURN_MS);
  return run(tx, sql`select directory.forget_certificate_turns(${askedBefore})`);
}
