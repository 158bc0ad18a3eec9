import { createHash } from "node:crypto";
import type { Context } from "../../feature.ts";
import type { DirectoryTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { readNetwork } from "../../platform/network.ts";
import { joinScopes, listHeld } from "../../platform/rights.ts";
import { makeToken, SESSION_DAYS, type SignIn } from "../../platform/session.ts";
import { listMemberships } from "./grant-queries.ts";
import { findStrongestRole } from "./grants.ts";
import { isPasswordRight } from "./passwords.ts";
import {
  countAttempt,
  findStaffByEmail,
  forgetAttempts,
  getStaff,
  insertSignIn,
} from "./queries.ts";
import {
  isTooMany,
  normaliseEmail,
  RESET_MINUTES,
  readSecondFactor,
  TRIES_PER_SECOND_FACTOR_MAX,
  TRIES_WINDOW_SECONDS,
} from "./rules.ts";
import type { Session, SignInBody } from "./schema.ts";
import { findTotpStep, hashRecoveryCode } from "./totp.ts";
import { claimRecoveryCode, claimTotpStep } from "./totp-queries.ts";
import type { Visitor } from "./visitors.ts";

/** One answer for a wrong password and an unknown e-mail: a stranger learns nothing from it. */
const WRONG = "The e-mail address or the password is wrong.";

/** Who proved who they are, and by which password: a session begins only while that is theirs. */
export type Proved = { staffId: string; passwordHash: string };

/** Checks who somebody is, by password and, where they have one, a second factor. Throws the refusal. */
export async function authenticate(
  context: Context,
  { email, password, code }: SignInBody,
  address: string,
): Promise<Proved> {
  await countTry(context, email, address);
  const staff = await context.database.inDirectory((tx) =>
    findStaffByEmail(tx, normaliseEmail(email)),
  );
  const isRight = await isPasswordRight(password, staff?.passwordHash ?? null);
  if (!staff?.passwordHash || !isRight) throw refuse("unauthorized", WRONG);
  const { id: staffId, totpSecret, passwordHash } = staff;
  if (totpSecret !== null) {
    const given = await countSecondFactor(context, { staffId, code });
    await context.database.inDirectory((tx) =>
      takeSecondFactor(tx, { staffId, secret: totpSecret, code: given }),
    );
  }
  await context.database.inDirectory((tx) => forgetAttempts(tx, keyOf(email, address)));
  return { staffId, passwordHash };
}

/** Asks for a code where none was given, and counts the try. Gives the code. */
export async function countSecondFactor(
  context: Context,
  { staffId, code }: { staffId: string; code: string | undefined },
): Promise<string> {
  if (code === undefined)
    throw refuse("unauthorized", "Enter the code of your authenticator app.", { needsCode: true });
  await countCodeTry(context, staffId);
  return code;
}

/** Throws unless the code is right; nobody uses it again. */
export async function takeSecondFactor(
  tx: DirectoryTransaction,
  factor: SecondFactorClaim,
): Promise<void> {
  if (await claimSecondFactor(tx, factor)) return;
  throw refuse("unauthorized", "The code is wrong, or was used before.", { needsCode: true });
}

/** How many mails were asked for: to one address, and from one network. */
export type AskedMails = { toEmail: number; fromAddress: number };

/** Counts a mail that somebody asks for before they are signed in. */
export function countAskedMail(
  context: Context,
  { email, address }: { email: string; address: string },
): Promise<AskedMails> {
  return context.database.inDirectory(async (tx) => {
    const windowEndsAt = new Date(tx.now.getTime() + RESET_MINUTES * 60 * 1000);
    return {
      toEmail: await countAttempt(tx, keyOf(email, "asked mail"), windowEndsAt),
      fromAddress: await countAttempt(tx, keyOf("asked mail", address), windowEndsAt),
    };
  });
}

/** Counts before it checks, so that many tries at once do not slip through together. */
export async function countTry(context: Context, email: string, address: string): Promise<void> {
  const tries = await context.database.inDirectory(async (tx) => {
    const windowEndsAt = new Date(tx.now.getTime() + TRIES_WINDOW_SECONDS * 1000);
    return {
      ofEmailAndAddress: await countAttempt(tx, keyOf(email, address), windowEndsAt),
      ofAddress: await countAttempt(tx, keyOf("", address), windowEndsAt),
    };
  });
  if (isTooMany(tries)) throw tooManyTries();
}

/**
 * A code has but a million values: whoever has the password may not try it from many addresses.
 * Only somebody with the password can use these tries up.
 */
async function countCodeTry(context: Context, staffId: string): Promise<void> {
  const tries = await context.database.inDirectory((tx) => {
    const windowEndsAt = new Date(tx.now.getTime() + TRIES_WINDOW_SECONDS * 1000);
    return countAttempt(tx, keyOf(staffId, "second factor"), windowEndsAt);
  });
  if (tries > TRIES_PER_SECOND_FACTOR_MAX) throw tooManyTries();
}

function tooManyTries() {
  return refuse("busy", "Too many tries. Wait a quarter of an hour, then try again.", {
    retryAfterSeconds: TRIES_WINDOW_SECONDS,
  });
}

function keyOf(email: string, address: string): Buffer {
  return createHash("sha256")
    .update(`${normaliseEmail(email)}\n${readNetwork(address)}`)
    .digest();
}

type SecondFactorClaim = { staffId: string; secret: string; code: string };

/** A code serves once: an authenticator's by its time step, a recovery code for good. */
async function claimSecondFactor(
  tx: DirectoryTransaction,
  { staffId, secret, code }: SecondFactorClaim,
): Promise<boolean> {
  const factor = readSecondFactor(code);
  if (factor.kind === "unreadable") return false;
  if (factor.kind === "recovery")
    return claimRecoveryCode(tx, staffId, hashRecoveryCode(factor.code));
  const step = findTotpStep(secret, factor.code, tx.now);
  return step !== null && claimTotpStep(tx, staffId, step);
}

/** Begins a session and gives its token. */
export async function beginSession(
  tx: DirectoryTransaction,
  { visitor, ...proved }: Proved & { visitor: Visitor },
): Promise<string> {
  const token = makeToken();
  const expiresAt = new Date(tx.now.getTime() + SESSION_DAYS * 24 * 60 * 60 * 1000);
  const id = await insertSignIn(tx, { token, ...proved, visitor, expiresAt });
  // The password was right when it was checked, and was changed since.
  if (id === null) throw refuse("unauthorized", WRONG);
  return token;
}

/** What the staff app knows of whoever is signed in. */
export async function describeSession(
  tx: DirectoryTransaction,
  { staffId, tenantId, grants, isOperator, needsSecondFactor }: SignIn,
  { selfSignUp, permissions }: Pick<Context, "selfSignUp" | "permissions">,
): Promise<Session> {
  const { id, email, name, language, totpSecret } = await getStaff(tx, staffId);
  const memberships = await listMemberships(tx, staffId);
  return {
    staff: { id, email, name, language, totpEnabled: totpSecret !== null },
    tenants: memberships.map((membership) => ({
      id: membership.id,
      name: membership.name,
      role: findStrongestRole(membership.grants),
      isSuspended: membership.isSuspended,
    })),
    tenantId,
    permissions: listHeld(grants, permissions),
    everywhere: joinScopes(grants)?.kind === "tenant",
    selfSignUp,
    isOperator: isOperator ?? false,
    needsSecondFactor: needsSecondFactor ?? false,
    operatingNeedsSecondFactor: isOperator === true && totpSecret === null,
  };
}
