import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { deleteMembership, listColleagues } from "./queries.ts";
import { TAG } from "./routes.ts";
import {
  InvitationBody,
  InvitationParams,
  InvitationReply,
  InvitationsReply,
  RoleBody,
  StaffParams,
  StaffReply,
} from "./schema.ts";
import { invite } from "./sign-up.ts";
import { deleteInvitation, listInvitations, updateMembership } from "./staff-queries.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "staff.edit" } };
const NOBODY = "Nobody with this id belongs to the company.";
const LAST_OWNER = "This is the last owner. Make somebody else an owner first.";

/** Who belongs to the company: only owners change that. */
export function registerStaff(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/staff",
    {
      config: { access: { permission: "staff.read" } },
      schema: { tags, summary: "Everybody of the company's staff", response: { 200: StaffReply } },
    },
    async (request) => {
      const staff = await database.readTenant(tenantOf(request), listColleagues);
      return {
        staff: staff.map((each) => ({ ...each, since: each.since.toISOString() })),
        nextCursor: null,
        total: staff.length,
      };
    },
  );
  routes.patch(
    "/api/v1/staff/:staffId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change somebody's role, at once",
        params: StaffParams,
        body: RoleBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = request.params;
      const outcome = await database.inTenant(tenantOf(request), (tx) =>
        updateMembership(tx, { staffId, role: request.body.role }),
      );
      if (outcome === "missing") throw refuse("not-found", NOBODY);
      if (outcome === "last-owner") throw refuse("conflict", LAST_OWNER);
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
      const removed = await database.inTenant(tenantOf(request), (tx) =>
        deleteMembership(tx, staffId),
      );
      if (removed) return reply.code(204).send(null);
      throw staffId === staffOf(request).staffId
        ? refuse("conflict", LAST_OWNER)
        : refuse("not-found", NOBODY);
    },
  );
  registerInvitations(routes, context);
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
      const invitations = open.map(({ createdAt, expiresAt, ...each }) => ({
        ...each,
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
      const { token, expiresAt } = await database.inTenant(tenantOf(request), (tx) =>
        invite(tx, { role: request.body.role, invitedBy: staffOf(request).staffId }),
      );
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
      const removed = await database.inTenant(tenantOf(request), (tx) =>
        deleteInvitation(tx, invitationId),
      );
      if (removed) return reply.code(204).send(null);
      throw refuse("not-found", "There is no open invitation with this id.");
    },
  );
}
