import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { findReach, type Grant } from "../../platform/rights.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { deleteInvitationsOf, findGrants, lockMembers, replaceGrants } from "./grant-queries.ts";
import { findGrantFault } from "./grants.ts";
import { deleteMembership, listColleagues } from "./queries.ts";
import { describeGrant, readGrants } from "./read-grants.ts";
import { TAG } from "./routes.ts";
import {
  GrantsBody,
  InvitationBody,
  InvitationParams,
  InvitationReply,
  InvitationsReply,
  StaffParams,
  StaffReply,
} from "./schema.ts";
import { invite } from "./sign-up.ts";
import { deleteInvitation, listInvitations } from "./staff-queries.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "staff.edit" } };
const NOBODY = "Nobody with this id belongs to the company.";
const LAST_OWNER = "This is the last owner. Make somebody else an owner first.";

/** Who belongs to the company, and what they may do there. */
export function registerStaff(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/staff",
    {
      config: { access: { permission: "staff.read" } },
      schema: { tags, summary: "Everybody of the company's staff", response: { 200: StaffReply } },
    },
    async (request) => {
      const colleagues = await database.readTenant(tenantOf(request), listColleagues);
      const staff = colleagues.map(({ since, grants, ...each }) => ({
        ...each,
        grants: grants.map(describeGrant),
        since: since.toISOString(),
      }));
      return { staff, nextCursor: null, total: staff.length };
    },
  );
  routes.put(
    "/api/v1/staff/:staffId/grants",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Set somebody's roles and where they count, from their next request on",
        params: StaffParams,
        body: GrantsBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = request.params;
      const { grants: giver } = staffOf(request);
      await database.inTenant(tenantOf(request), async (tx) => {
        const grants = await readGrants(tx, request.body.grants, context);
        await changeGrants(tx, { staffId, giver, grants }, context);
      });
      return reply.code(204).send(null);
    },
  );
  routes.delete(
    "/api/v1/staff/:staffId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "End somebody's membership, at once",
        params: StaffParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = request.params;
      const { grants: giver } = staffOf(request);
      await database.inTenant(tenantOf(request), async (tx) => {
        await lockMembers(tx);
        const given = await findGrants(tx, staffId);
        if (!given) throw refuse("not-found", NOBODY);
        refuseBeyond({ giver, given }, context);
        if (!(await deleteMembership(tx, staffId))) throw refuse("conflict", LAST_OWNER);
        const before = given.map(describeGrant);
        noteChange(tx, { kind: "staff", id: staffId, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
  registerInvitations(routes, context);
}

type GrantChange = { staffId: string; giver: readonly Grant[]; grants: readonly Grant[] };

/** Whoever may not invite any more takes their open invitations along. */
async function changeGrants(
  tx: TenantTransaction,
  { staffId, giver, grants }: GrantChange,
  context: Context,
): Promise<void> {
  await lockMembers(tx);
  const before = await findGrants(tx, staffId);
  if (!before) throw refuse("not-found", NOBODY);
  // Neither is more given, nor taken from somebody, than whoever does it holds themselves.
  refuseBeyond({ giver, given: [...before, ...grants] }, context);
  if (!(await replaceGrants(tx, { staffId, grants }))) throw refuse("conflict", LAST_OWNER);
  noteChange(tx, {
    ...{ kind: "staff", id: staffId },
    ...{ before: before.map(describeGrant), after: grants.map(describeGrant) },
  });
  if (!findReach(grants, "staff.edit", context.permissions)) await deleteInvitationsOf(tx, staffId);
}

function refuseBeyond(
  giving: { giver: readonly Grant[]; given: readonly Grant[] },
  { permissions }: Context,
): void {
  const fault = findGrantFault(giving, permissions);
  if (fault) throw refuse("forbidden", fault);
}

/** One-time links into the company. */
function registerInvitations(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/invitations",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Every invitation that still works",
        response: { 200: InvitationsReply, ...refusals },
      },
    },
    async (request) => {
      const open = await database.readTenant(tenantOf(request), listInvitations);
      const invitations = open.map(({ grants, createdAt, expiresAt, ...each }) => ({
        ...each,
        grants: grants.map(describeGrant),
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      }));
      return { invitations, nextCursor: null, total: open.length };
    },
  );
  routes.post(
    "/api/v1/invitations",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make a one-time link for somebody new",
        body: InvitationBody,
        response: { 201: InvitationReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId: invitedBy, grants: giver } = staffOf(request);
      const { token, expiresAt } = await database.inTenant(tenantOf(request), async (tx) => {
        const grants = await readGrants(tx, request.body.grants, context);
        refuseBeyond({ giver, given: grants }, context);
        const after = grants.map(describeGrant);
        noteChange(tx, { kind: "invitations", id: null, before: null, after });
        return invite(tx, { grants, invitedBy });
      });
      const url = `${context.origin()}/first-sign-in?token=${token}`;
      return reply.code(201).send({ url, expiresAt: expiresAt.toISOString() });
    },
  );
  routes.delete(
    "/api/v1/invitations/:invitationId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Take an invitation back, at once",
        params: InvitationParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { invitationId } = request.params;
      await database.inTenant(tenantOf(request), async (tx) => {
        const open = await listInvitations(tx);
        const invitation = open.find(({ id }) => id === invitationId.toLowerCase());
        if (!(invitation && (await deleteInvitation(tx, invitationId))))
          throw refuse("not-found", "There is no open invitation with this id.");
        const before = invitation.grants.map(describeGrant);
        noteChange(tx, { kind: "invitations", id: invitation.id, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}
