import type { RawBuilder } from "kysely";
import { listRows, type TenantTransaction } from "./db.ts";

/** `name` null: it has none. */
type Named = { id: string; name: string | null };

/** What a feature's records are called, of the given ids those that are its own. */
export type ListNames = (
  tx: TenantTransaction,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

/** The same, for whoever holds the permission over all of the company; null: for everybody there. */
export type RecordNames = { permission: string | null; list: ListNames };

/** Names out of a statement over a tenant and some ids. */
export const listNamesBy =
  (select: (tx: TenantTransaction, ids: readonly string[]) => RawBuilder<Named>): ListNames =>
  async (tx, ids) =>
    new Map(
      (await listRows(tx, select(tx, ids))).flatMap(({ id, name }) =>
        name === null ? [] : [[id, name]],
      ),
    );
