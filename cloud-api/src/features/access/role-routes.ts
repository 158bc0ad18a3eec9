import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { findReach, type Grant, ROLES, roleHolds } from "../../platform/rights.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { deleteOwnRole, insertOwnRole, listOwnRoles, updateOwnRole } from "./grant-queries.ts";
import { findGrantFault } from "./grants.ts";
import { TAG } from "./routes.ts";
import { OwnRoleBody, OwnRoleParams, OwnRoleReply, RolesReply } from "./schema.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "staff.edit" } };
const NO_ROLE = "The company has no role of its own with this id.";
const TAKEN = "Another role of the company has this name.";

/** Which roles there are, and what each may do. */
export function registerRoles(routes: Routes, context: Context): void {
  const { database, permissions } = context;
  routes.get(
    "/api/v1/roles",
    {
      config: { access: { permission: "staff.read" } },
      schema: {
        tags,
        summary: "Every role with its permissions",
        response: { 200: RolesReply, ...refusals },
      },
    },
    async (request) => {
      const { grants } = staffOf(request);
      return {
        permissions: [...permissions].map(([name, { covers }]) => ({
          name,
          covers,
          mine: findReach(grants, name, permissions)?.kind === "tenant",
        })),
        roles: ROLES.map((role) => ({
          role,
          permissions: [...permissions]
            .filter(([, permission]) => roleHolds(role, permission))
            .map(([name]) => name),
        })),
        ownRoles: await database.readTenant(tenantOf(request), listOwnRoles),
      };
    },
  );
  registerOwnRoles(routes, context);
}

function registerOwnRoles(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/roles",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make a role of the company's own out of single permissions",
        body: OwnRoleBody,
        response: { 201: OwnRoleReply, ...refusals },
      },
    },
    async (request, reply) => {
      const role = readRole(newId(), request.body);
      refuseBeyond(role, staffOf(request).grants, context);
      await database.inTenant(tenantOf(request), async (tx) => {
        if (!(await insertOwnRole(tx, role))) throw refuse("conflict", TAKEN, { field: "/name" });
        noteChange(tx, { kind: "roles", id: role.id, before: null, after: role });
      });
      return reply.code(201).send({ id: role.id });
    },
  );
  routes.put(
    "/api/v1/roles/:roleId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change a role of the company's own: for everybody who has it, at once",
        params: OwnRoleParams,
        body: OwnRoleBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const role = readRole(request.params.roleId.toLowerCase(), request.body);
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = (await listOwnRoles(tx)).find(({ id }) => id === role.id);
        const touched = [...(before?.permissions ?? []), ...role.permissions];
        const known = touched.filter((name) => context.permissions.has(name));
        const { grants } = staffOf(request);
        refuseUnknown(role, context);
        refuseBeyond({ ...role, permissions: known }, grants, context);
        const outcome = await updateOwnRole(tx, role);
        if (outcome === "missing") throw refuse("not-found", NO_ROLE);
        if (outcome === "taken") throw refuse("conflict", TAKEN, { field: "/name" });
        const { heldBy: _heldBy, ...old } = before ?? { heldBy: 0 };
        noteChange(tx, { kind: "roles", id: role.id, before: old, after: role });
      });
      return reply.code(204).send(null);
    },
  );
  registerRemoval(routes, context);
}

function registerRemoval(routes: Routes, { database }: Context): void {
  routes.delete(
    "/api/v1/roles/:roleId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Remove a role that nobody has",
        params: OwnRoleParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { roleId } = request.params;
      await database.inTenant(tenantOf(request), async (tx) => {
        const role = (await listOwnRoles(tx)).find(({ id }) => id === roleId.toLowerCase());
        const outcome = await deleteOwnRole(tx, roleId);
        if (!role || outcome === "missing") throw refuse("not-found", NO_ROLE);
        if (outcome === "held")
          throw refuse(
            "conflict",
            "Somebody has this role, or is invited into it. Change theirs first.",
          );
        const { heldBy: _heldBy, ...before } = role;
        noteChange(tx, { kind: "roles", id: role.id, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}

type Role = { id: string; name: string; permissions: readonly string[] };

const readRole = (id: string, { name, permissions }: Omit<Role, "id">): Role => ({
  id,
  name: name.trim().normalize("NFC"),
  permissions: permissions.toSorted(),
});

function refuseUnknown(role: Role, { permissions }: Context): void {
  const unknown = role.permissions.find((name) => !permissions.has(name));
  if (unknown !== undefined)
    throw refuse("invalid", `There is no permission ${unknown}.`, { field: "/permissions" });
}

/** Nobody makes a role that holds more than they do, or changes one that does. */
function refuseBeyond(role: Role, giver: readonly Grant[], context: Context): void {
  refuseUnknown(role, context);
  const given: Grant[] = [{ role: null, ownRole: role, scope: { kind: "tenant" } }];
  const fault = findGrantFault({ giver, given }, context.permissions);
  if (fault) throw refuse("forbidden", fault, { field: "/permissions" });
}
