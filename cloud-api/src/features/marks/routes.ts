import { type TSchema, Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { cleanName } from "../../platform/names.ts";
import { sqlStateOf } from "../../platform/roles.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { keepLeavers } from "./change-queries.ts";
import { markChanged, setCustomerMarks } from "./changes.ts";
import { describeMarks } from "./describe.ts";
import { checkPlace, refuseWhileHolding } from "./groups.ts";
import { registerNames } from "./name-routes.ts";
import { countMarks, deleteMark, insertMark, listMarks, lockMark, renameMark } from "./queries.ts";
import { MARKS_MAX, type MarkKind } from "./rules.ts";
import {
  CustomerMarksReply,
  CustomerParams,
  GroupBody,
  GroupsReply,
  MarkBody,
  MarkParams,
  MarkReply,
  TagsBody,
  TagsReply,
  TiersReply,
} from "./schema.ts";
import { registerTiers } from "./tier-routes.ts";

export const TAG = {
  name: "marks",
  description: "Customer groups, tags and tiers, and who has them",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "marks.read" } };
const EDIT = { access: { permission: "marks.edit" } };
const GIVE = { access: { permission: "marks.give", customer: "id" } };
const UNIQUE_VIOLATION = "23505";

export function markRoutes(routes: Routes, context: Context): void {
  registerList(routes, context, { kind: "group", noun: "groups", reply: GroupsReply });
  registerList(routes, context, { kind: "tag", noun: "tags", reply: TagsReply });
  registerList(routes, context, { kind: "tier", noun: "tiers", reply: TiersReply });
  registerChanges(routes, context, { kind: "group", noun: "groups" });
  registerChanges(routes, context, { kind: "tag", noun: "tags" });
  registerChanges(routes, context, { kind: "tier", noun: "tiers" });
  registerTiers(routes, context);
  registerNames(routes, context);
  registerCustomer(routes, context);
}

type Kind = { kind: MarkKind; noun: "groups" | "tags" | "tiers" };

function registerList(
  routes: Routes,
  { database }: Context,
  { kind, noun, reply: listReply }: Kind & { reply: TSchema },
): void {
  routes.get(
    `/api/v1/${noun}`,
    {
      config: READ,
      schema: {
        tags,
        summary: `Every customer ${kind}, ${kind === "tier" ? "from the lowest on" : "by name"}`,
        response: { 200: listReply, ...refusals },
      },
    },
    async (request) => {
      const marks = await database.readTenant(tenantOf(request), (tx) => listMarks(tx, kind));
      return { [noun]: marks, nextCursor: null, total: marks.length };
    },
  );
  routes.post(
    `/api/v1/${noun}`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: `Make a customer ${kind}`,
        body: MarkBody,
        response: { 201: MarkReply, ...refusals },
      },
    },
    async (request, reply) => {
      const name = cleanName(request.body.name);
      const mark = await database.changeTenant(tenantOf(request), async (tx) => {
        if ((await countMarks(tx, kind)) >= MARKS_MAX)
          throw refuse("conflict", `There are ${MARKS_MAX} ${noun} already. Remove one first.`);
        const id = newId();
        const parentId = request.body.parentId?.toLowerCase() ?? null;
        await checkPlace(tx, { id, kind, parentId });
        if (!(await insertMark(tx, { id, kind, name, parentId }))) throw refuseName(kind);
        noteChange(tx, { kind: noun, id, before: null, after: { name, parentId } });
        const result = { id, name, parentId, customers: 0 };
        return { result, events: [markChanged(tx, { kind, markId: id, change: "added" })] };
      });
      return reply.code(201).send(mark);
    },
  );
}

function registerChanges(routes: Routes, context: Context, { kind, noun }: Kind): void {
  const { database } = context;
  routes.patch(
    `/api/v1/${noun}/:id`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: kind === "group" ? "Rename or move a customer group" : `Rename a customer ${kind}`,
        params: MarkParams,
        body: MarkBody,
        response: { 200: MarkReply, ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      const name = cleanName(request.body.name);
      return database.changeTenant(tenantOf(request), async (tx) => {
        const { parentId: wanted } = request.body;
        // All groups are locked in one order before the one, or two moves would wait for each other.
        if (wanted) await checkPlace(tx, { id, kind, parentId: wanted.toLowerCase() });
        const mark = await getMark(tx, { id, kind });
        const parentId = wanted === undefined ? mark.parentId : (wanted?.toLowerCase() ?? null);
        await renameMark(tx, { id, name, parentId }).catch((error: unknown) => {
          throw sqlStateOf(error) === UNIQUE_VIOLATION ? refuseName(kind) : error;
        });
        const before = { name: mark.name, parentId: mark.parentId };
        noteChange(tx, { kind: noun, id, before, after: { name, parentId } });
        const result = { id, name, parentId, customers: mark.customers };
        const change = parentId === mark.parentId ? "renamed" : "moved";
        return { result, events: [markChanged(tx, { kind, markId: id, change })] };
      });
    },
  );
  routes.delete(
    `/api/v1/${noun}/:id`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: `Remove a customer ${kind} from everybody, unless an access policy names it`,
        params: MarkParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await database.changeTenant(tenantOf(request), async (tx) => {
        if (kind === "group") await refuseWhileHolding(tx, id);
        const { name, parentId } = await getMark(tx, { id, kind });
        noteChange(tx, { kind: noun, id, before: { name, parentId }, after: null });
        await refuseWhileNamed(tx, context, { id, kind });
        await keepLeavers(tx, id);
        await deleteMark(tx, id);
        const events = [markChanged(tx, { kind, markId: id, change: "removed" })];
        return { result: null, events };
      });
      return reply.code(204).send(null);
    },
  );
}

type Mark = { id: string; kind: MarkKind };

async function getMark(tx: TenantTransaction, mark: Mark) {
  const row = await lockMark(tx, mark);
  if (row) return row;
  throw refuse("not-found", `There is no such ${mark.kind}.`);
}

/**
 * Boxes that are out of reach go on with the marks they hold: a policy or a page that still named this
 * one would go on to fit the guests who had it.
 */
async function refuseWhileNamed(tx: TenantTransaction, { hooks }: Context, { id, kind }: Mark) {
  const [policy] = (await hooks.listPoliciesNaming?.(tx, id)) ?? [];
  if (policy) {
    const where = `The access policy ${policy.policyName} of ${policy.branchName}`;
    throw refuse("conflict", `${where} is for this ${kind}. Change the policy first.`);
  }
  const [page] = (await hooks.listPagesNaming?.(tx, id)) ?? [];
  if (!page) return;
  const where = `The page ${page.pageName} of ${page.branchName}`;
  throw refuse("conflict", `${where} is for this ${kind}. Take the page off first.`);
}

function refuseName(kind: MarkKind) {
  return refuse("conflict", `Another ${kind} has this name already.`, { field: "/name" });
}

function registerCustomer(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customers/:id/marks",
    {
      config: READ,
      schema: {
        tags,
        summary: "The group, the tier and the tags of a customer",
        params: CustomerParams,
        response: { 200: CustomerMarksReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) => describeMarks(tx, request.params.id)),
  );
  routes.put(
    "/api/v1/customers/:id/group",
    {
      config: GIVE,
      schema: {
        tags,
        summary: "Put a customer into a group, or into none",
        params: CustomerParams,
        body: GroupBody,
        response: { 200: CustomerMarksReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { groupId } = request.body;
        const markIds = groupId === null ? [] : [groupId.toLowerCase()];
        const who = { customerId: request.params.id, staffId: staffOf(request).staffId };
        const events = await setCustomerMarks(tx, { ...who, kind: "group", markIds });
        return { result: await describeMarks(tx, who.customerId), events };
      }),
  );
  routes.put(
    "/api/v1/customers/:id/tags",
    {
      config: GIVE,
      schema: {
        tags,
        summary: "Set all the tags of a customer",
        params: CustomerParams,
        body: TagsBody,
        response: { 200: CustomerMarksReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const markIds = request.body.tagIds.map((id) => id.toLowerCase());
        const who = { customerId: request.params.id, staffId: staffOf(request).staffId };
        const events = await setCustomerMarks(tx, { ...who, kind: "tag", markIds });
        return { result: await describeMarks(tx, who.customerId), events };
      }),
  );
}
