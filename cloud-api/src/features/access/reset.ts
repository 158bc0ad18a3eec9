import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { refuse } from "../../platform/errors.ts";
import { noteForCompanies } from "./account-audit.ts";
import {
  findAccountLink,
  insertAccountMail,
  lockPassword,
  resetPassword,
  takeAccountLink,
} from "./account-queries.ts";
import { meetBrowser } from "./browser-cookie.ts";
import { hashPassword } from "./passwords.ts";
import { getStaff, type Staff } from "./queries.ts";
import {
  ASKED_MAILS_PER_ADDRESS_MAX,
  ASKED_MAILS_PER_EMAIL_MAX,
  findPasswordFault,
  normaliseEmail,
  RESET_MINUTES,
} from "./rules.ts";
import type { AskedMailBody, ResetBody } from "./schema.ts";
import { countAskedMail, countSecondFactor, takeSecondFactor } from "./sign-in.ts";
import { tellOwner } from "./tell-owner.ts";

const NO_LINK = "This link was used or is too old. Ask for a new one.";

/**
 * Puts a mail in for whoever may have the address. What is done and answered is the same for an
 * address that nobody has: that is found out as the mail is written.
 */
export async function askForMail(
  context: Context,
  kind: "reset" | "sign-up",
  { body, address }: { body: AskedMailBody; address: string },
): Promise<void> {
  if (!context.sendsMail)
    throw refuse("forbidden", "This Foyer sends no mail. Ask its operator for a link.");
  const email = normaliseEmail(body.email);
  const asked = await countAskedMail(context, { email, address });
  if (asked.fromAddress > ASKED_MAILS_PER_ADDRESS_MAX)
    throw refuse("busy", "Too many mails were asked for. Try again in half an hour.", {
      retryAfterSeconds: RESET_MINUTES * 60,
    });
  if (asked.toEmail > ASKED_MAILS_PER_EMAIL_MAX) return;
  const facts = { origin: context.origin() };
  await context.database.inDirectory((tx) =>
    insertAccountMail(tx, { kind, email, language: body.language, facts }),
  );
}

/** Whose link it is; nothing is used up by looking, as mail scanners do. */
export async function openReset(context: Context, token: string): Promise<Staff> {
  return context.database.inDirectory(async (tx) => {
    const link = await findAccountLink(tx, { token, kind: "reset" });
    if (!link) throw refuse("not-found", NO_LINK);
    return getStaff(tx, link.staffId);
  });
}

/** A new password by a link. A second factor is still asked for: a mailbox alone opens nothing then. */
export async function useReset(
  context: Context,
  request: FastifyRequest,
  { body, reply }: { body: ResetBody; reply: FastifyReply },
): Promise<void> {
  const { token } = body;
  const known = await openReset(context, token);
  const fault = findPasswordFault(body.password, known.email);
  if (fault) throw refuse("invalid", fault, { field: "/password" });
  const code =
    known.totpSecret === null
      ? null
      : await countSecondFactor(context, { staffId: known.id, code: body.code });
  const passwordHash = await hashPassword(body.password);
  await context.database.inDirectory(async (tx) => {
    const link = await takeAccountLink(tx, { token, kind: "reset" });
    if (!link) throw refuse("not-found", NO_LINK);
    const { staffId } = link;
    const staff = await getStaff(tx, staffId);
    // One that was set up since this was begun is asked for as well.
    if (staff.totpSecret !== null && code === null)
      throw refuse("unauthorized", "Enter the code of your app.", { needsCode: true });
    if (staff.totpSecret !== null && code !== null)
      await takeSecondFactor(tx, { staffId, secret: staff.totpSecret, code });
    await resetPassword(tx, { staffId, passwordHash });
    await meetBrowser(tx, context, { staffId, reply });
    await tellOwner(tx, context, { kind: "password-reset", staff, request });
  });
  await noteForCompanies(context, request, { staffId: known.id, became: "password-reset" });
}

/**
 * It was not them who signed in, or changed this. Every session ends, the password opens nothing any
 * more, and a link to choose a new one is on its way: this link may be days old, and is not that.
 */
export async function disown(
  context: Context,
  request: FastifyRequest,
  token: string,
): Promise<void> {
  const staffId = await context.database.inDirectory(async (tx) => {
    const link = await takeAccountLink(tx, { token, kind: "disown" });
    if (!link) throw refuse("not-found", NO_LINK);
    await lockPassword(tx, link);
    const { email, language } = await getStaff(tx, link.staffId);
    const facts = { origin: context.origin() };
    await insertAccountMail(tx, { kind: "reset", email, language, facts });
    return link.staffId;
  });
  await noteForCompanies(context, request, { staffId, became: "locked" });
}
