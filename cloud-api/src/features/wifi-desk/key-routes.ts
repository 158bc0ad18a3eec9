import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { orderKeyEnd } from "../branches/index.ts";
import { nameStaff, resolveCustomer } from "../customers/index.ts";
import { insertKeyOrder, isEnding, type KeyRow, listKeysOf, lockKey } from "./key-queries.ts";
import { judgeKey } from "./rules.ts";
import { CustomerParams, MemberKeyParams, type MemberKeyReply, MemberKeysReply } from "./schema.ts";

const refusals = { "4xx": ErrorReply };
const tags = ["wifi-desk"];
const PATH = "/api/v1/customers/:id/member-keys";

/** What a customer's devices open the member Wi-Fi with, and ending that. */
export function registerKeys(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: { access: { permission: "customers.read" } },
      schema: {
        tags,
        summary: "Which devices of a customer have a key to the member Wi-Fi, or had one lately",
        params: CustomerParams,
        response: { 200: MemberKeysReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const customerId = await resolveCustomer(tx, request.params.id);
        if (customerId === null) throw refuse("not-found", "There is no such customer.");
        const keys = await describeKeys(tx, await listKeysOf(tx, customerId));
        return { keys, nextCursor: null, total: keys.length };
      }),
  );
  routes.post(
    `${PATH}/:keyId/end`,
    {
      config: { access: { permission: "wifi.edit" } },
      schema: {
        tags,
        summary:
          "Ask the box that gave a device its key to take it back; asked twice is asked once",
        params: MemberKeyParams,
        response: { 202: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id: customerId, keyId } = request.params;
      const { staffId } = staffOf(request);
      await database.changeTenant(tenantOf(request), (tx) =>
        endKey(tx, { customerId, keyId, staffId }),
      );
      return reply.code(202).send(null);
    },
  );
}

type Asked = { customerId: string; keyId: string; staffId: string };

async function endKey(
  tx: TenantTransaction,
  { customerId, keyId, staffId }: Asked,
): Promise<Changed<null>> {
  const key = await lockKey(tx, { customerId, keyId });
  if (!key) throw refuse("not-found", "The customer has no such key at a branch of yours.");
  const { branchId, boxId, deviceId } = key;
  if (key.endedAt !== null || key.boxRemovedAt !== null)
    throw refuse("conflict", "This key opens nothing any more.");
  if (await isEnding(tx, keyId)) return { result: null, events: [] };
  const { commandId, expiresAt, events } = await orderKeyEnd(tx, { branchId, boxId, deviceId });
  await insertKeyOrder(tx, { commandId, keyId, branchId, staffId, expiresAt });
  const change = { before: { branchId, isEnded: false }, after: { branchId, isEnded: true } };
  noteChange(tx, { kind: "member-keys", id: keyId, ...change });
  return { result: null, events };
}

async function describeKeys(
  tx: TenantTransaction,
  rows: readonly KeyRow[],
): Promise<MemberKeyReply[]> {
  const staff = await nameStaff(
    tx,
    rows.map(({ orderedBy }) => ({ staffId: orderedBy })),
  );
  return rows.map((row) => {
    const { id, deviceId, mac, randomised, branchId, branchName, issuedAt, orderedAt } = row;
    const { endedAt, ...judged } = judgeKey(row, tx.now);
    return {
      ...{ id, deviceId, mac, randomised, branchId, branchName, ...judged },
      issuedAt: issuedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      orderedAt: orderedAt?.toISOString() ?? null,
      orderedBy: staff.get(row.orderedBy ?? "") ?? null,
    };
  });
}
