import type { TenantTransaction } from "../../platform/db.ts";
import { listOwnFields, type OwnFieldRow } from "../customers/index.ts";
import { isOwn, type OwnColumn } from "./rules.ts";

/** The fields of the company's own that a column may be: those that are still asked for. */
export async function listOpenFields(tx: TenantTransaction): Promise<OwnFieldRow[]> {
  return (await listOwnFields(tx)).filter(({ archivedAt }) => archivedAt === null);
}

export async function listOwnColumns(tx: TenantTransaction): Promise<OwnColumn[]> {
  return (await listOpenFields(tx)).flatMap(({ key, label }) =>
    isOwn(key) ? [{ key, label }] : [],
  );
}
