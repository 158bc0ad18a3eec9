import type { FastifyReply } from "fastify";
import type { Context } from "../../feature.ts";
import type { DirectoryTransaction } from "../../platform/db.ts";
import { makeToken } from "../../platform/session.ts";
import { insertAccountMail, knowBrowser } from "./account-queries.ts";
import { getStaff } from "./queries.ts";
import type { Visitor } from "./visitors.ts";

/** Tells a browser that somebody signed in with before. It opens nothing. */
export const BROWSER_COOKIE = "foyer_browser";
/** As long as browsers keep one (RFC 6265bis §5.5). */
const DAYS = 400;

export type Arrival = { staffId: string; visitor: Visitor; reply: FastifyReply };

/** Notes that somebody is known by this browser from now on; whether they were before. */
export async function meetBrowser(
  tx: DirectoryTransaction,
  context: Context,
  { staffId, reply }: Pick<Arrival, "staffId" | "reply">,
): Promise<boolean> {
  const brought = reply.request.cookies[BROWSER_COOKIE] ?? "";
  const offered = makeToken();
  const isKnown = await knowBrowser(tx, { staffId, brought, offered });
  reply.setCookie(BROWSER_COOKIE, isKnown ? brought : offered, {
    path: "/api/v1",
    httpOnly: true,
    sameSite: "lax",
    secure: context.origin().startsWith("https:"),
    maxAge: DAYS * 24 * 60 * 60,
  });
  return isKnown;
}

/** The same; whoever has the account is written to where the browser is new to it. */
export async function greetBrowser(
  tx: DirectoryTransaction,
  context: Context,
  { staffId, visitor, reply }: Arrival,
): Promise<void> {
  if ((await meetBrowser(tx, context, { staffId, reply })) || !context.sendsMail) return;
  const { email, language } = await getStaff(tx, staffId);
  const facts = { origin: context.origin(), ...visitor, signedInAt: tx.now.toISOString() };
  await insertAccountMail(tx, { kind: "new-sign-in", email, language, facts });
}
