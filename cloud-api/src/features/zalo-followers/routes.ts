import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantIdOf, tenantOf } from "../../platform/session.ts";
import { getBranch } from "../branches/index.ts";
import { findSender, listSenders } from "../channels/index.ts";
import type { Fault } from "./account-api.ts";
import { startRun } from "./jobs.ts";
import {
  type AccountRow,
  countFollowers,
  endRun,
  findAccount,
  listAccounts,
  listFollows,
  lockAccount,
  removeAccount,
  saveAccount,
} from "./queries.ts";
import {
  AccountBody,
  AccountParams,
  type AccountReply,
  AccountReply as AccountReplySchema,
  AccountsReply,
  FollowsParams,
  FollowsReply,
} from "./schema.ts";
import { keyPlace } from "./webhook-key.ts";

export const TAG = {
  name: "zalo-followers",
  description: "Followers of Zalo Official Accounts, who become customers",
};
const tags = [TAG.name];
const READ = { access: { permission: "zalo-followers.read" } };
const EDIT = { access: { permission: "zalo-followers.edit" } };
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/zalo-accounts";

export function followerRoutes(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerSaving(routes, context);
  registerRuns(routes, context);
}

function registerReading(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    PATH,
    {
      config: READ,
      schema: {
        tags,
        summary: "Whose followers become customers, and how the last run went",
        response: { 200: AccountsReply, ...refusals },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const senders = await listSenders(tx, "zalo");
        const accounts: AccountReply[] = [];
        for (const account of await listAccounts(tx))
          accounts.push(await describe(tx, context, account));
        return { accounts, senders: senders.map(({ id, name }) => ({ id, name })) };
      }),
  );

  routes.get(
    "/api/v1/customers/:id/zalo",
    {
      config: READ,
      schema: {
        tags,
        summary: "Which Zalo accounts a customer follows, or did",
        params: FollowsParams,
        response: { 200: FollowsReply, ...refusals },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const follows = await listFollows(tx, request.params.id);
        return {
          follows: follows.map(({ identifier, changedAt, ...each }) => ({
            ...each,
            oaId: identifier.split(":")[0] ?? "",
            changedAt: changedAt.toISOString(),
          })),
        };
      }),
  );
}

function registerSaving(routes: Routes, context: Context): void {
  const { database, sealing } = context;
  routes.put(
    `${PATH}/:senderId`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Says that an account's followers become customers, and begins a run",
        params: AccountParams,
        body: AccountBody,
        response: { 200: AccountReplySchema, ...refusals },
      },
    },
    async (request) => {
      const { senderId } = request.params;
      const { webhookKey, ...body } = request.body;
      const sealed =
        webhookKey === undefined
          ? null
          : sealing.seal(webhookKey, keyPlace({ tenantId: tenantIdOf(request), senderId }));
      return database.inTenant(tenantOf(request), async (tx) => {
        if ((await findSender(tx, senderId))?.kind !== "zalo")
          throw refuse("not-found", "There is no such Zalo sender.");
        await getBranch(tx, body.branchId);
        const before = await lockAccount(tx, senderId);
        await saveAccount(tx, { senderId, ...body, webhookKey: sealed });
        const after = { ...body, ...(sealed && { webhookKey: "new" }) };
        noteChange(tx, { kind: KIND, id: senderId, before: before && tell(before), after });
        await startRun(tx, senderId);
        return describe(tx, context, await getAccount(tx, senderId));
      });
    },
  );

  routes.delete(
    `${PATH}/:senderId`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Ends the sync; customers stay",
        params: AccountParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { senderId } = request.params;
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = tell(await getAccount(tx, senderId));
        await removeAccount(tx, senderId);
        noteChange(tx, { kind: KIND, id: senderId, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}

function registerRuns(routes: Routes, { database }: Context): void {
  for (const act of ["sync", "cancel"] as const)
    routes.post(
      `${PATH}/:senderId/${act}`,
      {
        config: EDIT,
        schema: {
          tags,
          summary:
            act === "sync" ? "Goes through all followers now" : "Ends a run; who came in stays",
          params: AccountParams,
          response: { 204: Type.Null(), ...refusals },
        },
      },
      async (request, reply) => {
        const { senderId } = request.params;
        await database.inTenant(tenantOf(request), async (tx) => {
          if (!(await lockAccount(tx, senderId)))
            throw refuse("not-found", "No account is synchronised by this sender.");
          if (act === "sync") await startRun(tx, senderId);
          else await endRun(tx, { senderId, failure: null });
          noteChange(tx, {
            kind: KIND,
            id: senderId,
            before: null,
            after: { command: `run.${act}` },
          });
        });
        return reply.code(204).send(null);
      },
    );
}

const KIND = "zalo-accounts";
const tell = ({ oaId, branchId }: AccountRow) => ({ oaId, branchId });

async function getAccount(tx: TenantTransaction, senderId: string): Promise<AccountRow> {
  const account = await findAccount(tx, senderId);
  if (account) return account;
  throw refuse("not-found", "No account is synchronised by this sender.");
}

async function describe(
  tx: TenantTransaction,
  { origin }: Context,
  account: AccountRow,
): Promise<AccountReply> {
  const { senderId, oaId, branchId, state, place, total } = account;
  const timeOf = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...{ senderId, oaId, branchId, state, place, total },
    senderName: (await findSender(tx, senderId))?.name ?? "",
    hasWebhookKey: account.webhookKey !== null,
    webhookUrl: `${origin()}/api/webhooks/zalo/${tx.tenantId}/${senderId}`,
    failure: account.failure as Fault | null,
    result: {
      ...{ new: account.created, changed: account.changed, same: account.same },
      leftOut: account.leftOut,
    },
    beganAt: timeOf(account.beganAt),
    finishedAt: timeOf(account.finishedAt),
    lastEventAt: timeOf(account.lastEventAt),
    followers: await countFollowers(tx, oaId),
  };
}
