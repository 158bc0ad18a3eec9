import type { CouponKind, CouponNews } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent, findEpoch } from "./outbox.ts";

/** What somebody has earned by an answer. */
export type EarnedCoupon = {
  answerId: string;
  /** As it was when it was earned. */
  kind: CouponKind;
  /** Null: the pool was dry, and it comes with the next coupons. */
  given: { code: string; at: Date } | null;
  /** The cloud has told so: somebody redeemed it. */
  isUsed: boolean;
};

type EarnedRow = {
  answer_id: string;
  survey_id: string;
  kind_id: string;
  valid_days: number;
  kind: string;
  guest_id: string | null;
  device_id: string | null;
  code: string | null;
  issued_at: number | null;
  is_used: number;
};

type Earner = { surveyId: string; guestId: string | null; deviceId: string | null };

/**
 * Gives whoever answered a coupon of the pool, or owes it. In the transaction that keeps the answer:
 * neither is there without the other. Nobody has two for one survey: not a guest whose device answered
 * before it was known to be theirs, and not whoever opens a link again as nobody.
 */
export function earnCoupon(
  tx: Transaction,
  { answerId, kind, ...earner }: Earner & { answerId: string; kind: CouponKind },
): void {
  if (!mayEarn(tx, earner)) return;
  const { surveyId, guestId, deviceId } = earner;
  tx.sql(
    `insert into earned_coupons (answer_id, survey_id, kind_id, valid_days, kind, guest_id, device_id,
       earned_at) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  ).run(
    ...[answerId, surveyId, kind.id, kind.validDays, JSON.stringify(kind)],
    ...[guestId, deviceId, tx.now.getTime()],
  );
  payOwed(tx, kind.id);
}

/** Whether an answer of theirs would earn a coupon. Of somebody nobody knows, nobody knows it. */
export function mayEarn(tx: Reader, { surveyId, guestId, deviceId }: Earner): boolean {
  if (guestId === null && deviceId === null) return false;
  const row = tx
    .sql(
      `select 1 from earned_coupons where survey_id = @surveyId and guest_id = @guestId
       union all
       select 1 from earned_coupons where survey_id = @surveyId and device_id = @deviceId
         and (guest_id is null or @guestId is null)`,
    )
    .get({ surveyId, guestId, deviceId });
  return row === undefined;
}

/** Those who wait longest first. Each is told of as it is given. */
function payOwed(tx: Transaction, kindId: string): void {
  const owed = tx
    .sql(
      `select * from earned_coupons where kind_id = ? and coupon_id is null
       order by earned_at, rowid`,
    )
    .all(kindId) as EarnedRow[];
  for (const row of owed) {
    const taken = takeFromPool(tx, kindId);
    if (!taken) return;
    tx.sql(
      "update earned_coupons set coupon_id = ?, code = ?, issued_at = ? where answer_id = ?",
    ).run(
      ...[taken.id, tx.columns.lock("earned_coupons.code", taken.code)],
      ...[tx.now.getTime(), row.answer_id],
    );
    appendEvent(tx, "coupon.issued", {
      ...{ couponId: taken.id, kindId, validDays: row.valid_days },
      ...{ surveyId: row.survey_id, answerId: row.answer_id },
      ...{ guestId: row.guest_id, deviceId: row.device_id },
    });
  }
}

function takeFromPool(tx: Transaction, kindId: string): { id: string; code: string } | null {
  const row = tx
    .sql(
      `delete from coupon_pool where id = (
         select id from coupon_pool where kind_id = ? and epoch = ? order by position limit 1)
       returning id, code`,
    )
    .get(kindId, findEpoch(tx)) as { id: string; code: string } | undefined;
  return row ? { ...row, code: tx.columns.unlock("coupon_pool.code", row.code) } : null;
}

/** Takes in what the cloud says of coupons. Whoever was owed one gets it first of all. */
export function applyCouponNews(tx: Transaction, news: readonly CouponNews[]): void {
  const epoch = findEpoch(tx);
  tx.sql("delete from coupon_pool where epoch <> ?").run(epoch);
  for (const { id, kindId, code, position, isUsed } of news) {
    if (isUsed) {
      tx.sql("delete from coupon_pool where id = ?").run(id);
      tx.sql("update earned_coupons set is_used = 1 where coupon_id = ?").run(id);
      continue;
    }
    // Told again after it was given: it is somebody's.
    if (tx.sql("select 1 from earned_coupons where coupon_id = ?").get(id)) continue;
    tx.sql(
      `insert into coupon_pool (id, kind_id, code, epoch, position) values (?, ?, ?, ?, ?)
       on conflict do nothing`,
    ).run(id, kindId, tx.columns.lock("coupon_pool.code", code), epoch, position);
  }
  const last = Math.max(0, ...news.map(({ position }) => position));
  tx.sql("update pull set coupons_position = max(coupons_position, ?)").run(last);
  for (const kindId of new Set(news.map((each) => each.kindId))) payOwed(tx, kindId);
}

export function findCouponOfAnswer(tx: Reader, answerId: string): EarnedCoupon | null {
  const row = tx.sql("select * from earned_coupons where answer_id = ?").get(answerId);
  return row === undefined ? null : toEarned(tx, row as EarnedRow);
}

/** What a survey earned somebody, whichever of their answers it was. */
export function findCouponOfSurvey(
  tx: Reader,
  { surveyId, guestId, deviceId }: Earner,
): EarnedCoupon | null {
  const row = tx
    .sql(
      `select * from earned_coupons where survey_id = @surveyId
         and (guest_id = @guestId or (@guestId is null and guest_id is null and device_id = @deviceId))
       limit 1`,
    )
    .get({ surveyId, guestId, deviceId });
  return row === undefined ? null : toEarned(tx, row as EarnedRow);
}

/** What a guest has and was not told to be used, the newest first. */
export function listCouponsOf(tx: Reader, guestId: string): EarnedCoupon[] {
  const rows = tx
    .sql(
      `select * from earned_coupons where guest_id = +? and is_used = 0
       order by earned_at desc, rowid desc limit 20`,
    )
    .all(guestId) as EarnedRow[];
  return rows.map((row) => toEarned(tx, row));
}

function toEarned(tx: Reader, row: EarnedRow): EarnedCoupon {
  const { code, issued_at } = row;
  return {
    answerId: row.answer_id,
    kind: JSON.parse(row.kind),
    given:
      code === null || issued_at === null
        ? null
        : { code: tx.columns.unlock("earned_coupons.code", code), at: new Date(issued_at) },
    isUsed: row.is_used === 1,
  };
}
