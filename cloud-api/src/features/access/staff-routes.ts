import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { deleteMembership, listColleagues } from "./queries.ts";
import { TAG } from "./routes.ts";
import { InvitationBody, InvitationReply, StaffParams, StaffReply } from "./schema.ts";
import { invite } from "./sign-up.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };

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
  routes.post(
    "/api/v1/invitations",
    {
      config: { access: { permission: "staff.edit" } },
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
    "/api/v1/staff/:staffId",
    {
      config: { access: { permission: "staff.edit" } },
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
        ? refuse("conflict", "You are the last owner. Make somebody else an owner first.")
        : refuse("not-found", "Nobody with this id belongs to the company.");
    },
  );
}
