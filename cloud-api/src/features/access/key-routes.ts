import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { Grant } from "../../platform/rights.ts";
import { makeToken, staffOf, tenantOf } from "../../platform/session.ts";
import { findGrantFault } from "./grants.ts";
import { insertApiKey, listApiKeys, revokeApiKey } from "./key-queries.ts";
import { describeGrant, readScope } from "./read-grants.ts";
import { TAG } from "./routes.ts";
import { KeyBody, KeyParams, KeysReply, NewKeyReply } from "./schema.ts";
import { nameActors } from "./staff-queries.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "keys.edit" } };
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const PREFIX_LENGTH = 14;
/** Who may do what is for people to say: a key that leaked must not make others. */
const FOR_PEOPLE = new Set(["staff.edit", "keys.edit"]);

/** Keys by which programs call this API. */
export function registerKeys(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/keys",
    {
      config: EDIT,
      schema: { tags, summary: "Every API key", response: { 200: KeysReply, ...refusals } },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const rows = await listApiKeys(tx);
        const names = await nameActors(tx, [...new Set(rows.map(({ createdBy }) => createdBy))]);
        const keys = rows.map((row) => ({
          ...row,
          scope: describeGrant({ role: "viewer", scope: row.scope }).scope,
          createdBy: names.get(row.createdBy) ?? null,
          createdAt: row.createdAt.toISOString(),
          expiresAt: row.expiresAt.toISOString(),
          lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
          revokedAt: row.revokedAt?.toISOString() ?? null,
        }));
        return { keys, nextCursor: null, total: keys.length };
      }),
  );
  registerMaking(routes, context);
  routes.delete(
    "/api/v1/keys/:keyId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Revoke a key, at once and for good",
        params: KeyParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { keyId } = request.params;
      await database.inTenant(tenantOf(request), async (tx) => {
        const key = (await listApiKeys(tx)).find(({ id }) => id === keyId.toLowerCase());
        if (!key || !(await revokeApiKey(tx, keyId)))
          throw refuse("not-found", "There is no key with this id that still works.");
        const { name, permissions, scope, prefix } = key;
        const before = { name, permissions, scope, begins: prefix };
        noteChange(tx, { kind: "keys", id: key.id, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}

function registerMaking(routes: Routes, context: Context): void {
  routes.post(
    "/api/v1/keys",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make an API key: it is shown this once",
        body: KeyBody,
        response: { 201: NewKeyReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { permissions, days } = request.body;
      const { staffId: createdBy, grants: giver } = staffOf(request);
      const name = request.body.name.trim();
      refusePermissions(permissions, context);
      const id = newId();
      const key = `foyer_${makeToken()}`;
      const prefix = key.slice(0, PREFIX_LENGTH);
      await context.database.inTenant(tenantOf(request), async (tx) => {
        const scope = await readScope(tx, { scope: request.body.scope, field: "/scope" }, context);
        const given: Grant[] = [{ role: null, ownRole: { id, name, permissions }, scope }];
        const fault = findGrantFault({ giver, given }, context.permissions);
        if (fault) throw refuse("forbidden", fault, { field: "/permissions" });
        const expiresAt = new Date(tx.now.getTime() + days * DAY_MILLISECONDS);
        await insertApiKey(tx, {
          ...{ id, key, prefix, name, permissions, scope },
          createdBy,
          expiresAt,
        });
        // By another name than the key's: what the log tells of is no secret.
        const after = { name, permissions, scope, begins: prefix, days };
        noteChange(tx, { kind: "keys", id, before: null, after });
      });
      return reply.code(201).send({ id, key });
    },
  );
}

function refusePermissions(names: readonly string[], { permissions }: Context): void {
  const wrong = names.find((name) => !permissions.has(name) || FOR_PEOPLE.has(name));
  if (wrong === undefined) return;
  const why = FOR_PEOPLE.has(wrong) ? "is for people alone" : "is not there";
  throw refuse("invalid", `The permission ${wrong} ${why}.`, { field: "/permissions" });
}
