import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import type { DirectoryTransaction } from "../../platform/db.ts";
import { insertAccountMail, type MailKind } from "./account-queries.ts";
import type { Staff } from "./queries.ts";
import { visitorOf } from "./visitors.ts";

type Told = {
  kind: Exclude<MailKind, "reset" | "sign-up">;
  staff: Pick<Staff, "email" | "language">;
  request: FastifyRequest;
};

/** Writes to whoever has the account of what happened to it, with it or not at all. */
export async function tellOwner(
  tx: DirectoryTransaction,
  context: Context,
  { kind, staff: { email, language }, request }: Told,
): Promise<void> {
  if (!context.sendsMail) return;
  const facts = { origin: context.origin(), ...visitorOf(request) };
  await insertAccountMail(tx, { kind, email, language, facts });
}
