import { type DirectoryTransaction, getRow, run, sql } from "../../platform/db.ts";

export function offerTotp(
  tx: DirectoryTransaction,
  staffId: string,
  secret: string,
): Promise<void> {
  return run(tx, sql`select directory.offer_totp(${staffId}, ${secret})`);
}

export type EnableTotp = {
  staffId: string;
  secret: string;
  step: number;
  codeHashes: readonly Buffer[];
};

/** False when the offered secret is another one by now. */
export async function enableTotp(tx: DirectoryTransaction, totp: EnableTotp): Promise<boolean> {
  const { staffId, secret, step, codeHashes } = totp;
  const row = await getRow(
    tx,
    sql<{ enabled: boolean }>`
      select directory.enable_totp(${staffId}, ${secret}, ${step}, ${codeHashes}::bytea[],
        ${tx.now}) as enabled`,
  );
  return row.enabled;
}

/** False where there is no second factor. */
export async function renewRecoveryCodes(
  tx: DirectoryTransaction,
  { staffId, codeHashes }: Pick<EnableTotp, "staffId" | "codeHashes">,
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ renewed: boolean }>`
      select directory.renew_recovery_codes(${staffId}, ${codeHashes}::bytea[]) as renewed`,
  );
  return row.renewed;
}

/** How many are not used yet. */
export async function countRecoveryCodes(
  tx: DirectoryTransaction,
  staffId: string,
): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`select directory.count_recovery_codes(${staffId})::integer as count`,
  );
  return row.count;
}

export function disableTotp(tx: DirectoryTransaction, staffId: string): Promise<void> {
  return run(tx, sql`select directory.disable_totp(${staffId})`);
}

/** False when a code of this time step, or of a later one, was used before. */
export async function claimTotpStep(
  tx: DirectoryTransaction,
  staffId: string,
  step: number,
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ used: boolean }>`select directory.use_totp_step(${staffId}, ${step}) as used`,
  );
  return row.used;
}

/** False when there is no such code, or it was used. */
export async function claimRecoveryCode(
  tx: DirectoryTransaction,
  staffId: string,
  codeHash: Buffer,
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ used: boolean }>`
      select directory.use_recovery_code(${staffId}, ${codeHash}, ${tx.now}) as used`,
  );
  return row.used;
}
