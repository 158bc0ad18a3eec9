import type { Actor } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { Grant } from "../../platform/rights.ts";
import { findGrants } from "./grant-queries.ts";
import { findKeyGrants } from "./key-queries.ts";

/** What a person or a key may do in the company right now; nothing where they belong to it no more. */
export async function findActorGrants(
  tx: TenantTransaction,
  { kind, id }: Actor,
): Promise<readonly Grant[]> {
  return kind === "staff" ? ((await findGrants(tx, id)) ?? []) : findKeyGrants(tx, id);
}
