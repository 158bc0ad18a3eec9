import type { Transaction } from "./open.ts";

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
