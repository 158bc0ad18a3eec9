import type { Reader, Transaction } from "./open.ts";

/** A NAS that was seen to send Message-Authenticator with its log-ins, and where it was then. */
export type SigningNas = { nasId: string; source: string };

/** Keeps that a NAS signs. At another source it is taken for another machine and learnt anew. */
export function learnSigningNas(tx: Transaction, { nasId, source }: SigningNas): void {
  tx.sql(
    `insert into signing_nas (nas_id, source, learnt_at) values (?, ?, ?)
     on conflict (nas_id) do update set source = excluded.source, learnt_at = excluded.learnt_at
       where source <> excluded.source`,
  ).run(nasId, source, tx.now.getTime());
}

export function listSigningNas(tx: Reader): SigningNas[] {
  const rows = tx.sql("select nas_id, source from signing_nas order by nas_id").all();
  return (rows as { nas_id: string; source: string }[]).map((row) => ({
    nasId: row.nas_id,
    source: row.source,
  }));
}
