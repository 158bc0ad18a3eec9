import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { tenantOf } from "../../platform/session.ts";
import { holdMarks, keepAsGiven } from "../marks/index.ts";
import { listTagsRead, lockSegments } from "../segments/index.ts";
import { getSurveyRules } from "../surveys/index.ts";
import { applyLater } from "./apply.ts";
import { deleteRule, listTagRules, lockRule, writeRule } from "./queries.ts";
import { findTagCircle } from "./rules.ts";
import { TagRuleBody, TagRuleParams, TagRuleReply, TagRulesReply } from "./schema.ts";

export const TAG = {
  name: "tag-rules",
  description: "Tags that customers have as long as they are in a segment",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "tag-rules.read" } };
const EDIT = { access: { permission: "tag-rules.edit" } };

export function tagRuleRoutes(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerChanges(routes, context);
}

function registerReading(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/tag-rules",
    {
      config: READ,
      schema: {
        tags,
        summary: "Every tag that is given by a rule, by name",
        response: { 200: TagRulesReply, ...refusals },
      },
    },
    async (request) => {
      const tagRules = await database.readTenant(tenantOf(request), listTagRules);
      return { tagRules, nextCursor: null, total: tagRules.length };
    },
  );
}

function registerChanges(routes: Routes, { database }: Context): void {
  routes.put(
    "/api/v1/tag-rules/:tagId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Give a tag to whoever is in a segment",
        params: TagRuleParams,
        body: TagRuleBody,
        response: { 200: TagRuleReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const tagId = request.params.tagId.toLowerCase();
        const rule = { ...request.body, tagId, segmentId: request.body.segmentId.toLowerCase() };
        await checkRule(tx, rule);
        const before = await lockRule(tx, tagId);
        if (before?.removes && !rule.removes) await keepAsGiven(tx, tagId);
        await writeRule(tx, rule);
        noteChange(tx, { kind: "tag-rules", id: tagId, before, after: rule });
        await applyLater(tx, tagId);
        const written = (await listTagRules(tx)).find((each) => each.tagId === tagId);
        if (!written) throw new Error("A rule that was just written is not there.");
        return { result: written, events: [ruleChanged(tx, tagId, "changed")] };
      }),
  );
  routes.delete(
    "/api/v1/tag-rules/:tagId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Give a tag by no rule any more; whoever has it keeps it",
        params: TagRuleParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      await database.changeTenant(tenantOf(request), async (tx) => {
        const tagId = request.params.tagId.toLowerCase();
        const before = await lockRule(tx, tagId);
        if (!(await deleteRule(tx, tagId)))
          throw refuse("not-found", "No rule gives that tag. It may have been removed.");
        await keepAsGiven(tx, tagId);
        noteChange(tx, { kind: "tag-rules", id: tagId, before, after: null });
        return { result: null, events: [ruleChanged(tx, tagId, "removed")] };
      });
      return reply.code(204).send(null);
    },
  );
}

type Asked = { tagId: string; segmentId: string };

/** Refuses a tag or a segment that is not there, and a tag that would depend on itself. */
async function checkRule(tx: TenantTransaction, { tagId, segmentId }: Asked): Promise<void> {
  // The segments first, as whoever changes one does: none comes to ask for the tag meanwhile.
  const segments = await lockSegments(tx);
  if ((await holdMarks(tx, { kind: "tag", ids: [tagId] })).length === 0)
    throw refuse("not-found", "There is no such tag. It may have been removed.");
  if (!segments.some(({ id }) => id === segmentId))
    throw refuse("invalid", "There is no such segment. It may have been removed.", {
      field: "/segmentId",
    });
  const { satisfiedTagId, unsatisfiedTagId } = await getSurveyRules(tx);
  // Two rules would give and take it by turns.
  if (tagId === satisfiedTagId || tagId === unsatisfiedTagId)
    throw refuse("conflict", "What guests answer gives that tag already: see the surveys' rules.");
  const others = (await listTagRules(tx)).filter((each) => each.tagId !== tagId);
  const trees = new Map(segments.map(({ id, tree }) => [id, tree]));
  if (findTagCircle([...others, { tagId, segmentId }], listTagsRead(trees)) !== null)
    throw refuse("invalid", "Whether somebody is in that segment depends on the tag itself.", {
      field: "/segmentId",
    });
}

/** Moves the log, which wakes the screens. */
function ruleChanged(tx: TenantTransaction, tagId: string, change: string): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return {
    ...{ id: newId(), type: `tag-rule.${change}`, occurredAt: tx.now },
    ...{ payload: { tagId }, ...common },
  };
}
