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
  readSecondFactor,
  TRIES_PER_SECOND_FACTOR_MAX,
  TRIES_WINDOW_SECONDS,
} from "./rules.ts";
import type { Session, SignInBody } from "./schema.ts";
import { findTotpStep, hashRecoveryCode } from "./totp.ts";
import { claimRecoveryCode, claimTotpStep } from "./totp-queries.ts";

/** One answer for a wrong password and an unknown e-mail: a stranger learns nothing from it. */
const WRONG = "The e-mail address or the password is wrong.";

/**
 * Checks who somebody is, by password and, where they have one, a second factor. Throws the
 * refusal; gives the person's id.
 */
export async function authenticate(
  context: Context,
  { email, password, code }: SignInBody,
  address: string,
): Promise<string> {
  await countTry(context, email, address);
  const staff = await context.database.inDirectory((tx) =>
    findStaffByEmail(tx, normaliseEmail(email)),
  );
  const isRight = await isPasswordRight(password, staff?.passwordHash ?? null);
  if (!staff || !isRight) throw refuse("unauthorized", WRONG);
  if (staff.totpSecret !== null) {
    if (code === undefined)
      throw refuse("unauthorized", "Enter the code of your authenticator app.", {
        needsCode: true,
      });
    await countCodeTry(context, staff.id);
    const factor = { staffId: staff.id, secret: staff.totpSecret, code };
    if (!(await context.database.inDirectory((tx) => claimSecondFactor(tx, factor))))
      throw refuse("unauthorized", "The code is wrong, or was used before.", { needsCode: true });
  }
  await context.database.inDirectory((tx) => forgetAttempts(tx, keyOf(email, address)));
  return staff.id;
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
export async function beginSession(tx: DirectoryTransaction, staffId: string): Promise<string> {
  const token = makeToken();
  const expiresAt = new Date(tx.now.getTime() + SESSION_DAYS * 24 * 60 * 60 * 1000);
  await insertSignIn(tx, { token, staffId, expiresAt });
  return token;
}

/** What the staff app knows of whoever is signed in. */
export async function describeSession(
  tx: DirectoryTransaction,
  { staffId, tenantId, grants }: SignIn,
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
    })),
    tenantId,
    permissions: listHeld(grants, permissions),
    everywhere: joinScopes(grants)?.kind === "tenant",
    selfSignUp,
  };
}
