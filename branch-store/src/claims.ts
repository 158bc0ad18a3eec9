import type { Transaction } from "./open.ts";

/**
 * Devices that are no more than a claim: more than guests are signing in at once. Of more, those made first
 * are forgotten, whoever made them up: nobody is kept out, and the disk is not filled.
 */
export const CLAIMS_MAX = 5000;
/** So many are forgotten at once, and one new row in so many has them counted: the others cost nothing more. */
const FORGOTTEN_AT_ONCE = 100;

/** What may hang on a device. A row of any of them keeps it: a test asks the schema for others. */
export const HANGS_ON_DEVICE: readonly string[] = [
  ...["sessions", "visits", "tickets", "consents", "credentials", "member_links", "device_tokens"],
  ...["access_code_uses", "room_uses", "member_admissions", "survey_answers", "earned_coupons"],
];

const IS_HELD = `(guest_id is not null or token_sha256 is not null or ${HANGS_ON_DEVICE.map(
  (table) => `exists (select 1 from ${table} where device_id = devices.id)`,
).join(" or ")})`;

/**
 * Forgets the oldest claims beyond what is kept, after the row of a new one; a claim that anything hangs on
 * is kept for good.
 */
export function forgetOldClaims(tx: Transaction, newRow: number | bigint): void {
  if (Number(newRow) % FORGOTTEN_AT_ONCE !== 0) return;
  const { count } = tx.sql("select count(*) as count from devices where is_claim = 1").get() as {
    count: number;
  };
  const tooMany = count - CLAIMS_MAX;
  if (tooMany < FORGOTTEN_AT_ONCE) return;
  const { last } = tx
    .sql(`select rowid as last from devices where is_claim = 1 order by rowid limit 1 offset +?`)
    .get(tooMany - 1) as { last: number };
  tx.sql(`update devices set is_claim = 0 where is_claim = 1 and rowid <= ? and ${IS_HELD}`).run(
    last,
  );
  tx.sql("delete from devices where is_claim = 1 and rowid <= ?").run(last);
}
