import type { Context } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { DirectoryTransaction, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findReach, type Grant } from "../../platform/rights.ts";
import { makeToken } from "../../platform/session.ts";
import { addTenant } from "../tenants/index.ts";
import { takeAccountLink } from "./account-queries.ts";
import { type Arrival, greetBrowser, meetBrowser } from "./browser-cookie.ts";
import {
  findGrants,
  listOwnRoles,
  lockMembers,
  replaceGrants,
  resolveGrants,
  type StoredGrant,
} from "./grant-queries.ts";
import { addGrants, findGrantFault } from "./grants.ts";
import { hashPassword } from "./passwords.ts";
import {
  deleteOperatorLinks,
  findLink,
  findStaffByEmail,
  hasStaff,
  insertInvitation,
  insertOperatorLink,
  insertStaff,
  listColleagues,
  switchSignIn,
  takeLink,
} from "./queries.ts";
import { findPasswordFault, normaliseEmail } from "./rules.ts";
import type { FirstSignInBody, SignUpBody } from "./schema.ts";
import { authenticate, beginSession, type Proved } from "./sign-in.ts";

const OPERATOR_LINK_HOURS = 24;
const INVITATION_DAYS = 7;

export const OWNER: readonly Grant[] = [{ role: "owner", scope: { kind: "tenant" } }];

/** While nobody has an account: a fresh one-time token for the operator; older ones end. */
export async function offerFirstSignIn(tx: DirectoryTransaction): Promise<string | null> {
  if (await hasStaff(tx)) return null;
  await deleteOperatorLinks(tx);
  const token = makeToken();
  const expiresAt = new Date(tx.now.getTime() + OPERATOR_LINK_HOURS * 60 * 60 * 1000);
  await insertOperatorLink(tx, { token, expiresAt });
  return token;
}

/**
 * A one-time token that leads somebody new into the entered tenant, and until when. It ends with the
 * membership of who invites.
 */
export async function invite(
  tx: TenantTransaction,
  { grants, invitedBy }: { grants: readonly Grant[]; invitedBy: string | null },
): Promise<{ token: string; expiresAt: Date }> {
  const token = makeToken();
  const expiresAt = new Date(tx.now.getTime() + INVITATION_DAYS * 24 * 60 * 60 * 1000);
  await insertInvitation(tx, { token, grants, invitedBy, expiresAt });
  return { token, expiresAt };
}

/** While the entered tenant has no staff at all: a one-time token for its first owner. */
export async function inviteFirstOwner(tx: TenantTransaction): Promise<string | null> {
  if ((await listColleagues(tx)).length > 0) return null;
  return (await invite(tx, { grants: OWNER, invitedBy: null })).token;
}

const ALREADY_MEMBER = "You belong to this company already. The link was not used.";
const NO_LINK = "This link was used or is too old. Ask for a new one.";

/** Makes a company and its first owner, and signs the owner in. Gives the session's token. */
export async function signUp(
  context: Context,
  body: SignUpBody,
  arrival: Entrance,
): Promise<string> {
  if (!context.selfSignUp)
    throw refuse("forbidden", "New companies are made by invitation here. Ask the operator.");
  if (context.sendsMail && body.token === undefined)
    throw refuse("invalid", "Ask for a link by mail first: it proves the address.", {
      field: "/token",
    });
  const staff = await toNewStaff(body);
  return context.database.inDirectory(async (tx) => {
    if (body.token !== undefined) await takeProof(tx, { token: body.token, email: staff.email });
    await addStaff(tx, staff);
    return foundTenant(context, tx, { ...toProved(staff), ...arrival, name: body.tenantName });
  });
}

/** The link that was sent to this address, and serves nobody any more. */
async function takeProof(
  tx: DirectoryTransaction,
  { token, email }: { token: string; email: string },
): Promise<void> {
  const link = await takeAccountLink(tx, { token, kind: "sign-up" });
  if (!link || link.email !== email) throw refuse("not-found", NO_LINK);
}

/** Uses a one-time link: the operator's first, or an invitation. Gives the session's token. */
export async function signInFirst(
  context: Context,
  body: FirstSignInBody,
  arrival: Entrance,
): Promise<string> {
  const known = await context.database.inDirectory(async (tx) => ({
    link: await findLink(tx, body.token),
    staff: await findStaffByEmail(tx, normaliseEmail(body.email)),
  }));
  if (!known.link) throw refuse("not-found", NO_LINK);
  if (known.link.kind === "operator" && !body.tenantName)
    throw refuse("invalid", "Give your company a name.", { field: "/tenantName" });
  // Whoever has an account proves it, and then belongs to one tenant more.
  const isInvited = known.link.kind === "invitation" && known.staff !== null;
  const { ip } = arrival.reply.request;
  const member = isInvited ? await authenticate(context, body, ip) : null;
  const newcomer = member ? null : await toNewStaff(body);
  return context.database.inDirectory(async (tx) => {
    const link = await takeLink(tx, body.token);
    if (!link) throw refuse("not-found", NO_LINK);
    if (newcomer) await addStaff(tx, newcomer);
    const proved = newcomer ? toProved(newcomer) : member;
    if (!proved) throw new Error("Nobody is new, and nobody proved who they are.");
    if (link.kind === "operator")
      return foundTenant(context, tx, {
        ...proved,
        ...arrival,
        name: body.tenantName ?? body.name,
      });
    const tenant = await context.database.enter(tx, link.tenantId);
    // Refused, the link was not taken: it is still good for somebody else.
    await join(context, tenant, { ...link, staffId: proved.staffId });
    const token = await beginSession(tx, { ...proved, visitor: arrival.visitor });
    await switchSignIn(tx, token, link.tenantId);
    if (member) await greetBrowser(tx, context, { staffId: member.staffId, ...arrival });
    else await meetBrowser(tx, context, { staffId: proved.staffId, reply: arrival.reply });
    return token;
  });
}

/** How somebody came in, and the answer they are given. */
export type Entrance = Pick<Arrival, "visitor" | "reply">;

const toProved = ({ id, passwordHash }: NewStaff): Proved => ({ staffId: id, passwordHash });

type Joining = { staffId: string; grants: readonly StoredGrant[]; invitedBy: string | null };

/** Gives what the invitation says, as long as whoever made it might still give it. */
async function join(
  { permissions }: Context,
  tenant: TenantTransaction,
  { staffId, grants: told, invitedBy }: Joining,
): Promise<void> {
  await lockMembers(tenant);
  const given = resolveGrants(told, await listOwnRoles(tenant));
  if (!given) throw refuse("not-found", NO_LINK);
  if (invitedBy !== null) {
    const giver = (await findGrants(tenant, invitedBy)) ?? [];
    const mayInvite = findReach(giver, "staff.edit", permissions) !== null;
    if (!mayInvite || findGrantFault({ giver, given }, permissions) !== null)
      throw refuse("not-found", NO_LINK);
  }
  const held = (await findGrants(tenant, staffId)) ?? [];
  const grants = addGrants({ held, given }, permissions);
  if (!grants) throw refuse("conflict", ALREADY_MEMBER, { field: "/token" });
  await replaceGrants(tenant, { staffId, grants });
}

type Founding = Proved & Entrance & { name: string };

/** A company, its owner, and the owner's session in it. */
async function foundTenant(
  context: Context,
  tx: DirectoryTransaction,
  { staffId, passwordHash, visitor, reply, name }: Founding,
): Promise<string> {
  const tenant = await addTenant(context.database, tx, name.trim());
  await replaceGrants(tenant, { staffId, grants: OWNER });
  const token = await beginSession(tx, { staffId, passwordHash, visitor });
  await switchSignIn(tx, token, tenant.tenantId);
  await meetBrowser(tx, context, { staffId, reply });
  return token;
}

type Person = Pick<SignUpBody, "email" | "name" | "password" | "language">;
type NewStaff = Parameters<typeof insertStaff>[1];

async function toNewStaff(person: Person): Promise<NewStaff> {
  const fault = findPasswordFault(person.password, person.email);
  if (fault) throw refuse("invalid", fault, { field: "/password" });
  return {
    id: newId(),
    email: normaliseEmail(person.email),
    name: person.name.trim(),
    language: person.language,
    passwordHash: await hashPassword(person.password),
  };
}

async function addStaff(tx: DirectoryTransaction, staff: NewStaff): Promise<void> {
  if (await insertStaff(tx, staff)) return;
  throw refuse("conflict", "There is an account with this e-mail address. Sign in instead.", {
    field: "/email",
  });
}
