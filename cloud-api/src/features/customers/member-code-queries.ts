import { run, sql, type TenantTransaction } from "../../platform/db.ts";

export type IssuedCode = { guestId: string; codeId: string; salt: string; hash: string; at: Date };

/** Keeps a guest's code, unless a later one is known already. */
export async function keepMemberCode(tx: TenantTransaction, issued: IssuedCode): Promise<void> {
  const { guestId, codeId, salt, hash, at } = issued;
  await run(
    tx,
    sql`insert into member_codes (tenant_id, guest_id, code_id, salt, hash, issued_at)
        values (${tx.tenantId}, ${guestId}, ${codeId}, ${salt}, ${hash}, ${at})
        on conflict (tenant_id, guest_id) do update set code_id = excluded.code_id,
          salt = excluded.salt, hash = excluded.hash, issued_at = excluded.issued_at
        where member_codes.issued_at < excluded.issued_at`,
  );
}
