import { SEND_OFF } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  type BranchDocument,
  type BranchOrder,
  findDocument,
  listBranchOrders,
  NO_BRANCH,
  orderDisconnect,
} from "../branches/index.ts";
import { listOnlineSessions, type OnlineSession as OnlineRow } from "../visits/index.ts";
import { listRulesInForce } from "./queries.ts";
import { holdsAt } from "./reach.ts";
import { judgeSentOff, ORDER_TOLD_MINUTES, remainingOf, volumesLeftOf } from "./rules.ts";
import { BranchParams, OnlineReply, type OnlineSession, SessionParams } from "./schema.ts";

const refusals = { "4xx": ErrorReply };
const tags = ["wifi-desk"];
/** More than one box lets on at once. */
const SESSIONS_LISTED_MAX = 1000;

/** Who is on the Wi-Fi of a branch just now, and sending them off. */
export function registerOnline(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/branches/:id/online",
    {
      config: { access: { permission: "wifi.read" } },
      schema: {
        tags,
        summary: "Who is on the Wi-Fi of a branch just now, and what is left of their limits",
        params: BranchParams,
        response: { 200: OnlineReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const branchId = request.params.id;
        const asked = { request, permission: "customers.read", branchId };
        const seesNames = await holdsAt(tx, context, asked);
        const sessions = await describeOnline(tx, { branchId, seesNames });
        return { sessions, seesNames, nextCursor: null, total: sessions.length };
      }),
  );
  routes.post(
    "/api/v1/branches/:id/online/:sessionId/disconnect",
    {
      config: { access: { permission: "wifi.edit" } },
      schema: {
        tags,
        summary: "Take a session's device off the Wi-Fi; what became of it stands in the list",
        params: SessionParams,
        response: { 202: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id: branchId, sessionId } = request.params;
      await database.changeTenant(tenantOf(request), async (tx) => {
        const sessions = await listOpen(tx, branchId);
        const session = sessions.find(({ id }) => id === sessionId);
        if (!session) throw refuse("not-found", "The branch has no such session that goes on.");
        const { deviceId } = session;
        const after = { branchId, command: "guest.disconnect" };
        noteChange(tx, { kind: "online", id: sessionId, before: null, after });
        return { result: null, events: await orderDisconnect(tx, { branchId, deviceId }) };
      });
      return reply.code(202).send(null);
    },
  );
}

/** Sessions that go on. */
export function listOpen(tx: TenantTransaction, branchId: string): Promise<OnlineRow[]> {
  return listOnlineSessions(tx, {
    ...{ branchId, alsoOf: [], endedSince: tx.now, limit: SESSIONS_LISTED_MAX },
  });
}

async function describeOnline(
  tx: TenantTransaction,
  { branchId, seesNames }: { branchId: string; seesNames: boolean },
): Promise<OnlineSession[]> {
  const found = await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", NO_BRANCH);
  const since = new Date(tx.now.getTime() - ORDER_TOLD_MINUTES * 60_000);
  const orders = await listBranchOrders(tx, { branchId, kind: SEND_OFF, since });
  const byDevice = Map.groupBy(orders, ({ deviceId }) => deviceId ?? "");
  const inForce = (await listRulesInForce(tx, [branchId])).get(branchId) ?? [];
  const rules = new Map(inForce.map((each) => [each.mac, each]));
  const rows = await listOnlineSessions(tx, {
    ...{ branchId, alsoOf: [...byDevice.keys()].filter((id) => id !== "") },
    ...{ endedSince: since, limit: SESSIONS_LISTED_MAX },
  });
  return rows.map((row) => ({
    ...describeSession(row, found.document, tx.now),
    name: seesNames ? row.customerName : null,
    phone: seesNames ? row.customerPhone : null,
    customerId: seesNames ? row.customerId : null,
    rule: (row.deviceMac !== null && rules.get(row.deviceMac)?.kind) || null,
    sentOff: describeSentOff(byDevice.get(row.deviceId) ?? [], row, tx.now),
  }));
}

function describeSession(row: OnlineRow, { nas, policies }: BranchDocument, now: Date) {
  const { startedAt, endedAt, uploadBytes, downloadBytes } = row;
  const policy = policies.find(({ id }) => id === row.policyId);
  const goneSeconds = Math.floor(((endedAt ?? now).getTime() - startedAt.getTime()) / 1000);
  const used = Math.max(0, goneSeconds, row.connectedSeconds);
  return {
    ...{ id: row.id, deviceId: row.deviceId, mac: row.deviceMac, randomised: row.randomised },
    ...{ nasId: row.nasId, nasName: nas.find(({ id }) => id === row.nasId)?.name ?? null },
    ...{ startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null },
    ...{ cause: row.cause, toldAt: row.toldAt.toISOString(), uploadBytes, downloadBytes },
    ...{ policyId: row.policyId, policyName: policy?.name ?? null },
    secondsLeft: remainingOf({ granted: policy?.sessionSeconds ?? null, used }),
    ...volumesLeftOf(policy, { uploadBytes, downloadBytes }),
  };
}

/** The last order about this device; one from before its session began is none of this session. */
function describeSentOff(orders: readonly BranchOrder[], row: OnlineRow, now: Date) {
  const [last] = orders;
  if (!last || last.orderedAt < row.startedAt) return null;
  const words = orders.filter(({ commandId }) => commandId === last.commandId);
  return { ...judgeSentOff(words, now), orderedAt: last.orderedAt.toISOString() };
}
