import type { Context, Hooks, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { holdMarks } from "../marks/index.ts";
import { getRules, type SurveyRules, writeRules } from "./rule-queries.ts";
import { SurveyRulesBody } from "./schema.ts";
import { tagAllLater } from "./tagging.ts";

const PATH = "/api/v1/survey-rules";
const tags = ["surveys"];
const refusals = { "4xx": ErrorReply };

/** From where on a guest is content, and what follows. */
export function registerRules(routes: Routes, { database, hooks }: Context): void {
  routes.get(
    PATH,
    {
      config: { access: { permission: "surveys.read" } },
      schema: {
        tags,
        summary: "From which ratings on a guest is content, and what follows",
        response: { 200: SurveyRulesBody, ...refusals },
      },
    },
    (request) => database.readTenant(tenantOf(request), getRules),
  );
  routes.put(
    PATH,
    {
      config: { access: { permission: "surveys.edit" } },
      schema: {
        tags,
        summary: "Choose it; answers that were given before are told by it too",
        body: SurveyRulesBody,
        response: { 200: SurveyRulesBody, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const rules = request.body;
        await checkRules(tx, rules, hooks);
        const before = await getRules(tx);
        await writeRules(tx, rules);
        const tagsBefore = [before.satisfiedTagId, before.unsatisfiedTagId];
        await tagAllLater(
          tx,
          tagsBefore.filter((id) => id !== null),
        );
        noteChange(tx, { kind: "survey-rules", id: tx.tenantId, before, after: rules });
        const common = { version: 1, branchId: null, origin: null, personal: {} };
        const told = { id: newId(), type: "survey-rules.changed", occurredAt: tx.now, payload: {} };
        return { result: rules, events: [{ ...told, ...common }] };
      }),
  );
}

async function checkRules(
  tx: TenantTransaction,
  { satisfiedFrom, lowUpTo, satisfiedTagId, unsatisfiedTagId, parts }: SurveyRules,
  hooks: Hooks,
): Promise<void> {
  if (lowUpTo >= satisfiedFrom)
    throw refuse("invalid", "A rating cannot be low and content at once.", { field: "/lowUpTo" });
  const tagIds = [satisfiedTagId, unsatisfiedTagId].filter((id) => id !== null);
  if (new Set(tagIds).size !== tagIds.length)
    throw refuse("invalid", "Content and not content cannot be the same tag.", {
      field: "/unsatisfiedTagId",
    });
  const there = new Set(await holdMarks(tx, { kind: "tag", ids: tagIds }));
  for (const [field, id] of Object.entries({ satisfiedTagId, unsatisfiedTagId })) {
    if (id === null) continue;
    if (!there.has(id))
      throw refuse("invalid", "There is no such tag. It may have been removed.", {
        field: `/${field}`,
      });
    // Two rules would give and take it by turns.
    if (await hooks.isTagGivenByRule?.(tx, id))
      throw refuse("conflict", "A segment gives that tag already.", { field: `/${field}` });
  }
  if (new Set(parts.map(({ id }) => id)).size !== parts.length)
    throw refuse("invalid", "Two parts have the same id.", { field: "/parts" });
}
