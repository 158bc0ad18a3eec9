import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { getBranch, listDocuments, publishSettings, publishSettingsOf } from "../branches/index.ts";
import {
  listBranchDays,
  listPurges,
  listRuleRows,
  replaceBranchDays,
  saveRule,
} from "./queries.ts";
import {
  findDaysFault,
  findRuleFault,
  isOnBoxes,
  KINDS,
  type Rule,
  type RuleFault,
  STANDARD_RULES,
} from "./rules.ts";
import { BranchDaysBody, BranchParams, RetentionReply, RulesBody } from "./schema.ts";

export const TAG = {
  name: "retention",
  description: "How long what is kept, and what was removed",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/retention";
const PURGES_SHOWN = 30;

export function registerRetention(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: { access: { permission: "retention.read" } },
      schema: {
        tags,
        summary: "How long what is kept, within which bounds, and what was removed last",
        response: { 200: RetentionReply, ...refusals },
      },
    },
    (request) => database.readTenant(tenantOf(request), describe),
  );
  routes.put(
    PATH,
    {
      config: { access: { permission: "retention.edit" } },
      schema: {
        tags,
        summary: "Keep something for other days; boxes hear of it, and the next run goes by it",
        body: RulesBody,
        response: { 200: RetentionReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), (tx) => saveRules(tx, request.body.rules)),
  );
  routes.put(
    `${PATH}/branches/:branchId`,
    {
      config: { access: { permission: "retention.edit" } },
      schema: {
        tags,
        summary: "Let the boxes of a branch keep something for days of its own",
        params: BranchParams,
        body: BranchDaysBody,
        response: { 200: RetentionReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), (tx) =>
        saveBranch(tx, request.params.branchId, request.body.days),
      ),
  );
}

const listRules = async (tx: TenantTransaction): Promise<Rule[]> => {
  const rows = await listRuleRows(tx);
  return STANDARD_RULES.map((each) => rows.find(({ kind }) => kind === each.kind) ?? each);
};

async function describe(tx: TenantTransaction): Promise<RetentionReply> {
  const ofBranches = await listBranchDays(tx, null);
  const purges = await listPurges(tx, PURGES_SHOWN);
  return {
    rules: (await listRules(tx)).map((each) => ({
      ...each,
      ...KINDS[each.kind],
      isOnBoxes: isOnBoxes(each.kind),
    })),
    branches: (await listDocuments(tx)).map(({ document: { branch } }) => ({
      branchId: branch.id,
      name: branch.name,
      days: ofBranches
        .filter(({ branchId }) => branchId === branch.id)
        .map(({ kind, days }) => ({ kind, days })),
    })),
    purges: purges.map((each) => ({ ...each, at: each.at.toISOString() })),
  };
}

/** A law that is stricter from now on counts for every branch, or nothing is saved. */
async function saveRules(
  tx: TenantTransaction,
  rules: readonly Rule[],
): Promise<Changed<RetentionReply>> {
  const before = await listRules(tx);
  for (const rule of rules) {
    const fault = findRuleFault(rule);
    if (fault) throw refuseDays(fault, `/rules/${rule.kind}`);
    for (const { branchId, kind, days } of await listBranchDays(tx, null)) {
      const ofBranch = kind === rule.kind ? findDaysFault(rule, days) : null;
      if (ofBranch) throw refuseDays(ofBranch, `/branches/${branchId}/${kind}`);
    }
    await saveRule(tx, { ...rule, lawNote: rule.lawNote?.trim() || null });
  }
  noteChange(tx, { kind: "retention", id: null, before, after: await listRules(tx) });
  const branchIds = (await listDocuments(tx)).map(({ document }) => document.branch.id);
  const events = await publishSettingsOf(tx, branchIds);
  return { result: await describe(tx), events };
}

async function saveBranch(
  tx: TenantTransaction,
  branchId: string,
  days: BranchDaysBody["days"],
): Promise<Changed<RetentionReply>> {
  await getBranch(tx, branchId);
  const rules = await listRules(tx);
  for (const each of days) {
    const field = `/days/${each.kind}`;
    if (!isOnBoxes(each.kind)) throw refuse("invalid", "Boxes do not keep this.", { field });
    const rule = rules.find(({ kind }) => kind === each.kind);
    const fault = rule ? findDaysFault(rule, each.days) : null;
    if (fault) throw refuseDays(fault, field);
  }
  if (new Set(days.map(({ kind }) => kind)).size !== days.length)
    throw refuse("invalid", "One kind is named twice.", { field: "/days" });
  const before = await listBranchDays(tx, branchId);
  await replaceBranchDays(tx, branchId, days);
  const after = await listBranchDays(tx, branchId);
  noteChange(tx, { kind: "branches", id: branchId, before, after });
  const events = await publishSettings(tx, branchId);
  return { result: await describe(tx), events };
}

const SENTENCES: Record<RuleFault["reason"], (bound: number) => string> = {
  "below-least": (bound) => `This cannot be kept for less than ${bound} days.`,
  "above-most": (bound) => `This cannot be kept for more than ${bound} days.`,
  "below-law": (bound) => `The law you have noted asks for at least ${bound} days.`,
  "above-law": (bound) => `The law you have noted allows at most ${bound} days.`,
  "law-contradicts": () => "The law you have noted asks for more days than it allows.",
};

function refuseDays({ reason, bound }: RuleFault, field: string) {
  return refuse("invalid", SENTENCES[reason](bound), { field });
}
