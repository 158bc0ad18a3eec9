import type { Transaction } from "./open.ts";
import { type Granted, writeGranted } from "./session-row.ts";

/**
 * Notes that a session's NAS is being asked to end it, and why, in a word: before the request goes
 * out, so that the Stop it brings about knows its cause and a restart knows that it was asked.
 */
export function noteDisconnectAsked(
  tx: Transaction,
  { sessionId, cause }: { sessionId: string; cause: string },
): void {
  tx.sql(
    `update sessions set disconnect_cause = ?, disconnect_asked_at = ?, disconnect_outcome = null
     where id = ?`,
  ).run(cause, tx.now.getTime(), sessionId);
}

/** How the NAS took it, in a word or two: `acknowledged`, `refused 503`, `timed-out`. */
export function noteDisconnectOutcome(
  tx: Transaction,
  { sessionId, outcome }: { sessionId: string; outcome: string },
): void {
  tx.sql("update sessions set disconnect_outcome = ? where id = ?").run(outcome, sessionId);
}

/** Notes that a session's NAS is being asked to hold it to other limits, before the request goes out. */
export function noteChangeAsked(tx: Transaction, { sessionId }: { sessionId: string }): void {
  tx.sql("update sessions set change_asked_at = ?, change_outcome = null where id = ?").run(
    tx.now.getTime(),
    sessionId,
  );
}

export type ChangeOutcome = {
  sessionId: string;
  /** As of a Disconnect-Request. */
  outcome: string;
  /** What holds once it is acknowledged. */
  granted: Granted;
  /** Null: its end is not touched. */
  expectedEndAt: Date | null;
};

/** How the NAS took it. What it has acknowledged is what the session is granted from here on. */
export function noteChangeOutcome(tx: Transaction, told: ChangeOutcome): void {
  const { sessionId, outcome, granted, expectedEndAt } = told;
  tx.sql("update sessions set change_outcome = ? where id = ?").run(outcome, sessionId);
  if (outcome !== "acknowledged") return;
  tx.sql("update sessions set granted = ? where id = ?").run(writeGranted(granted), sessionId);
  if (expectedEndAt === null) return;
  tx.sql("update sessions set expected_end_at = ?, end_changed = 1 where id = ?").run(
    expectedEndAt.getTime(),
    sessionId,
  );
}
