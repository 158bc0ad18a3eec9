import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findDocument, NO_BRANCH, refuseDocument, saveDocument } from "../branches/index.ts";
import { holdMarks } from "../marks/index.ts";
import { findListFault, listNamed } from "./rules.ts";
import { BranchParams, PoliciesBody, PoliciesReply } from "./schema.ts";

export const TAG = {
  name: "access-policies",
  description: "Who may go online at a branch, for how long and how fast",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const KINDS = [
  { kind: "group", noun: "groups" },
  { kind: "tag", noun: "tags" },
  { kind: "tier", noun: "tiers" },
] as const;

/** A branch's access policies: a part of its settings, with a door of its own. */
export function policyRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/branches/:id/access-policies",
    {
      config: { access: { permission: "access-policies.read" } },
      schema: {
        tags,
        summary: "The access policies of a branch, in the order they are tried",
        params: BranchParams,
        response: { 200: PoliciesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) => describePolicies(tx, request.params.id)),
  );
  routes.put(
    "/api/v1/branches/:id/access-policies",
    {
      config: { access: { permission: "access-policies.edit" } },
      schema: {
        tags,
        summary: "Save all access policies of a branch, made from a version of its settings",
        params: BranchParams,
        body: PoliciesBody,
        response: { 200: PoliciesReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const branchId = request.params.id;
        const events = await savePolicies(tx, branchId, request.body);
        return { result: await describePolicies(tx, branchId), events };
      }),
  );
}

async function describePolicies(tx: TenantTransaction, branchId: string): Promise<PoliciesReply> {
  const found = await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", NO_BRANCH);
  const { branch, policies } = found.document;
  return { version: found.version, timeZone: branch.timeZone, policies };
}

async function savePolicies(
  tx: TenantTransaction,
  branchId: string,
  { version, policies }: PoliciesBody,
) {
  const fault = findListFault(policies);
  if (fault) throw refusePolicies(fault);
  const saved = await saveDocument(tx, branchId, (document, current) => {
    if (current !== version)
      throw refuse("conflict", "Somebody changed this branch's settings. Load them again.");
    return { ...document, policies };
  });
  if (saved.kind === "not-found") throw refuse("not-found", NO_BRANCH);
  if (saved.kind === "invalid") throw refuseDocument(saved);
  for (const { kind, noun } of KINDS) {
    const named = listNamed(policies, noun);
    const there = new Set(await holdMarks(tx, { kind, ids: [...named.keys()] }));
    for (const [id, field] of named)
      if (!there.has(id)) throw refusePolicies({ field, reason: `is no ${kind} of this company` });
  }
  return saved.events;
}

function refusePolicies({ field, reason }: { field: string; reason: string }) {
  return refuse("invalid", `The policies cannot be saved: ${field} ${reason}.`, { field });
}
