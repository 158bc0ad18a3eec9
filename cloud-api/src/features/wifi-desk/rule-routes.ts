import { DEVICE_RULES_MAX } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import {
  type BranchDocument,
  findDocument,
  NO_BRANCH,
  orderDisconnect,
  publishSettings,
} from "../branches/index.ts";
import { nameStaff } from "../customers/index.ts";
import { listOpen } from "./online-routes.ts";
import { countRulesInForce, endRule, insertRule, listRules, type RuleRow } from "./queries.ts";
import { isMadeUp, readMac } from "./rules.ts";
import {
  BranchParams,
  type DeviceRuleReply,
  DeviceRulesReply,
  NewDeviceRuleBody,
  RuleParams,
} from "./schema.ts";

const refusals = { "4xx": ErrorReply };
const tags = ["wifi-desk"];
const PATH = "/api/v1/branches/:id/device-rules";
const EDIT = { access: { permission: "wifi.edit" } };

/** Devices that a branch blocks or lets in by themselves. */
export function registerDeviceRules(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: { access: { permission: "wifi.read" } },
      schema: {
        tags,
        summary: "Devices that a branch blocks or allows, and did lately",
        params: BranchParams,
        response: { 200: DeviceRulesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const branchId = request.params.id;
        const document = await getDocument(tx, branchId);
        const rules = await describeRules(tx, await listRules(tx, branchId), document);
        const policies = document.policies.map(({ id, name }) => ({ id, name }));
        return { rules, policies, nextCursor: null, total: rules.length };
      }),
  );
  routes.post(
    PATH,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Block or allow a device; one that is online and blocked is sent off",
        params: BranchParams,
        body: NewDeviceRuleBody,
        response: { 201: Type.Object({ id: Type.String() }), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId: createdBy } = staffOf(request);
      const made = { branchId: request.params.id, createdBy, body: request.body };
      const id = await database.changeTenant(tenantOf(request), (tx) => makeRule(tx, made));
      return reply.code(201).send({ id });
    },
  );
  routes.delete(
    `${PATH}/:ruleId`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Take a rule away: the device is any other's again",
        params: RuleParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id: branchId, ruleId } = request.params;
      await database.changeTenant(tenantOf(request), async (tx) => {
        const ended = await endRule(tx, { branchId, ruleId });
        if (!ended) throw refuse("not-found", "The branch has no such rule any more.");
        const before = { branchId, kind: ended.kind };
        noteChange(tx, { kind: "device-rules", id: ruleId, before, after: null });
        return { result: null, events: await publishSettings(tx, branchId) };
      });
      return reply.code(204).send(null);
    },
  );
}

type Asked = { branchId: string; createdBy: string; body: NewDeviceRuleBody };

async function makeRule(
  tx: TenantTransaction,
  { branchId, createdBy, body }: Asked,
): Promise<Changed<string>> {
  const { kind, reason, until } = body;
  const document = await getDocument(tx, branchId);
  const mac = readMac(body.mac);
  if (mac === null)
    throw refuse("invalid", "That is no device's MAC: it has twelve hex digits.", {
      field: "/mac",
    });
  const end = until === null ? null : new Date(until);
  if (end !== null && end <= tx.now)
    throw refuse("invalid", "That moment is over already.", { field: "/until" });
  const policyId = kind === "allow" ? (body.policyId ?? null) : null;
  if (policyId !== null && !document.policies.some(({ id }) => id === policyId))
    throw refuse("invalid", "The branch has no such access policy.", { field: "/policyId" });
  // Holds the branch's row to the commit, so that two rules at once cannot pass the limit.
  const events = await publishSettings(tx, branchId);
  if ((await countRulesInForce(tx, branchId)) >= DEVICE_RULES_MAX)
    throw refuse("invalid", `The branch has ${DEVICE_RULES_MAX} rules already: take some away.`, {
      field: "/mac",
    });
  const id = newId();
  // The address of somebody's device stays out of what is kept of changes for years.
  const after = { branchId, kind, reason: reason.trim(), until, policyId };
  noteChange(tx, { kind: "device-rules", id, before: null, after });
  await insertRule(tx, {
    ...{ id, branchId, mac, kind, policyId, reason: reason.trim(), until: end, createdBy },
  });
  if (kind === "block") events.push(...(await sendOff(tx, { branchId, mac })));
  return { result: id, events };
}

/** Boxes end it by themselves at their next look; so ordered, it is at once, and what became of it told. */
async function sendOff(
  tx: TenantTransaction,
  { branchId, mac }: { branchId: string; mac: string },
) {
  const online = (await listOpen(tx, branchId)).filter(({ deviceMac }) => deviceMac === mac);
  const orders = [...new Set(online.map(({ deviceId }) => deviceId))].map((deviceId) =>
    orderDisconnect(tx, { branchId, deviceId }),
  );
  return (await Promise.all(orders)).flat();
}

async function getDocument(tx: TenantTransaction, branchId: string): Promise<BranchDocument> {
  const found = await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", NO_BRANCH);
  return found.document;
}

async function describeRules(
  tx: TenantTransaction,
  rows: readonly RuleRow[],
  { policies }: BranchDocument,
): Promise<DeviceRuleReply[]> {
  const staff = await nameStaff(
    tx,
    rows.map(({ createdBy }) => ({ staffId: createdBy })),
  );
  const replies = rows.map(({ until, createdAt, endedAt, createdBy, ...row }) => ({
    ...row,
    randomised: isMadeUp(row.mac),
    policyName: policies.find(({ id }) => id === row.policyId)?.name ?? null,
    until: until?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    createdBy: staff.get(createdBy) ?? null,
    isInForce: endedAt === null && (until === null || until > tx.now),
    endedAt: endedAt?.toISOString() ?? null,
  }));
  return replies.toSorted((one, other) => Number(other.isInForce) - Number(one.isInForce));
}
