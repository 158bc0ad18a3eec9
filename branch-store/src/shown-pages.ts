import type { Reader, Transaction } from "./open.ts";

/** A welcome page as a guest was shown it. */
export type ShownPage = { pageId: string; version: number };

/** Notes that a guest went online past this page. An older version changes nothing. */
export function keepShownPage(
  tx: Transaction,
  { guestId, pageId, version }: ShownPage & { guestId: string },
): void {
  tx.sql(
    `insert into shown_pages (guest_id, page_id, version, shown_at) values (?, ?, ?, ?)
     on conflict (guest_id, page_id) do update set shown_at = excluded.shown_at,
       version = max(version, excluded.version)`,
  ).run(guestId, pageId, version, tx.now.getTime());
}

export function listShownPages(tx: Reader, guestId: string): ShownPage[] {
  return tx
    .sql(`select page_id as "pageId", version from shown_pages where guest_id = ?`)
    .all(guestId) as ShownPage[];
}
