import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { enqueue } from "../../platform/jobs.ts";
import type { Sealing } from "../../platform/sealing.ts";
import { tenantOf } from "../../platform/session.ts";
import { listDocuments } from "../branches/index.ts";
import { codeEvent } from "./answers.ts";
import { TEST_TASK } from "./jobs.ts";
import { tellOwnBranches } from "./own-sender.ts";
import { listOwnBranchIds } from "./own-sender-queries.ts";
import {
  countTestsSince,
  deleteSecret,
  findSenderRow,
  insertSender,
  insertTest,
  listLastTests,
  listSecretRows,
  listSenderRows,
  removeSender,
  type SenderRow,
  setTokenEnd,
  type TestRow,
  updateSender,
} from "./queries.ts";
import { EDIT, READ, refusals, TAG } from "./route-options.ts";
import { findSenderFault, isContact, KINDS } from "./rules.ts";
import {
  SenderBody,
  SenderParams,
  type SenderReply,
  SenderReply as SenderReplySchema,
  SendersReply,
  TestBody,
  TestReply,
} from "./schema.ts";
import { keepSecret } from "./sender-store.ts";

const tags = [TAG.name];
const NO_SENDER = "There is no such sender. It may have been removed.";
const SENDERS_MAX = 50;
/** Tests cost money, and reach whoever's number is typed. */
const TESTS_PER_HOUR_MAX = 20;
const HOUR_MILLISECONDS = 60 * 60 * 1000;

export function registerSenders(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerSaving(routes, context);
  registerRemoving(routes, context);
  registerTests(routes, context);
}

function registerReading(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/senders",
    {
      config: READ,
      schema: {
        tags,
        summary: "What codes can be sent by, without the secrets",
        response: { 200: SendersReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const senders = await describeSenders(tx);
        return { senders, nextCursor: null, total: senders.length };
      }),
  );
}

function registerSaving(routes: Routes, { database, sealing }: Context): void {
  routes.post(
    "/api/v1/senders",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Add a sender",
        body: SenderBody,
        response: { 201: SenderReplySchema, ...refusals },
      },
    },
    async (request, reply) => {
      const made = await database.changeTenant(tenantOf(request), async (tx) => {
        const { name, kind, settings } = request.body;
        if ((await listSenderRows(tx)).length >= SENDERS_MAX)
          throw refuse("conflict", `There may be at most ${SENDERS_MAX} senders.`);
        refuseFaults(request.body, []);
        const id = newId();
        await insertSender(tx, { id, name: name.trim(), kind, settings });
        await keepSecrets(tx, sealing, { senderId: id, secrets: request.body.secrets });
        noteChange(tx, { kind: "senders", id, before: null, after: { name, kind, settings } });
        return { result: await describeSender(tx, id), events: [senderChanged(tx, id)] };
      });
      return reply.code(201).send(made);
    },
  );
  routes.put(
    "/api/v1/senders/:id",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change a sender; secrets that are left out stay as they are",
        params: SenderParams,
        body: SenderBody,
        response: { 200: SenderReplySchema, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { id } = request.params;
        const before = await getSender(tx, id);
        const { name, kind, settings, secrets } = request.body;
        if (kind !== before.kind)
          throw refuse("invalid", "A sender stays of its kind. Add another one.", {
            field: "/kind",
          });
        const set = (await listSecretRows(tx, id)).map(({ field }) => field);
        refuseFaults(request.body, set);
        refuseMovedSecrets(before, request.body, set);
        await updateSender(tx, { id, name: name.trim(), settings });
        await keepSecrets(tx, sealing, { senderId: id, secrets });
        if (secrets.refreshToken) await forgetToken(tx, id);
        const told = await tellOwnBranches(tx, sealing, id);
        noteSender(tx, { before, after: { ...before, name: name.trim(), settings } });
        const result = await describeSender(tx, id);
        return { result, events: [senderChanged(tx, id), ...told] };
      }),
  );
}

type Named = Pick<SenderRow, "id" | "name" | "kind" | "settings">;

/** The log of changes is told by what it sends, and never a secret. */
function noteSender(
  tx: TenantTransaction,
  { before, after }: { before: Named; after: Named | null },
): void {
  const tell = ({ name, kind, settings }: Named) => ({ name, kind, settings });
  const versions = { before: tell(before), after: after && tell(after) };
  noteChange(tx, { kind: "senders", id: before.id, ...versions });
}

function registerRemoving(routes: Routes, { database }: Context): void {
  routes.delete(
    "/api/v1/senders/:id",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Remove a sender that no branch uses",
        params: SenderParams,
        response: { 200: SendersReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { id } = request.params;
        const before = await getSender(tx, id);
        const [user] = await listUsers(tx, id);
        if (user)
          throw refuse(
            "conflict",
            `${user.branchName} sends its codes by it. Take it out of that branch's list first.`,
          );
        await removeSender(tx, id);
        noteSender(tx, { before, after: null });
        const senders = await describeSenders(tx);
        const result = { senders, nextCursor: null, total: senders.length };
        return { result, events: [senderChanged(tx, id)] };
      }),
  );
}

function registerTests(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/senders/:id/tests",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Send a message with a made-up code to a number or address of your own",
        params: SenderParams,
        body: TestBody,
        response: { 202: TestReply, ...refusals },
      },
    },
    async (request, reply) => {
      const test = await database.inTenant(tenantOf(request), async (tx) => {
        const sender = await getSender(tx, request.params.id);
        const { language } = request.body;
        const contact = request.body.contact.replaceAll(/[\s.()-]/g, (each) =>
          each === "." || each === "-" ? (request.body.contact.includes("@") ? each : "") : "",
        );
        if (!KINDS[sender.kind].carries.some((kind) => isContact(kind, contact)))
          throw refuse("invalid", "This sender cannot reach that. Give a number as +84912345678.", {
            field: "/contact",
          });
        const since = new Date(tx.now.getTime() - HOUR_MILLISECONDS);
        if ((await countTestsSince(tx, since)) >= TESTS_PER_HOUR_MAX)
          throw refuse("busy", "That's many tests. Try again in an hour.");
        const row = { id: newId(), senderId: sender.id, contact, language };
        await insertTest(tx, row);
        // Not to whom: a number stands in no log.
        noteChange(tx, { kind: "senders", id: sender.id, before: null, after: { sent: "test" } });
        await enqueue(tx, { task: TEST_TASK, payload: { testId: row.id } });
        const nothing = { reason: null, detail: null };
        return { id: row.id, state: "waiting", createdAt: tx.now.toISOString(), ...nothing };
      });
      return reply.code(202).send(test);
    },
  );
}

async function getSender(tx: TenantTransaction, id: string): Promise<SenderRow> {
  const row = await findSenderRow(tx, id);
  if (!row) throw refuse("not-found", NO_SENDER);
  return row;
}

function refuseFaults({ kind, settings, secrets }: SenderBody, set: readonly string[]): void {
  const fault = findSenderFault(kind, { settings, secrets }, set);
  if (fault)
    throw refuse("invalid", `The sender cannot be saved: ${fault.field} ${fault.reason}.`, {
      field: fault.field,
    });
}

/** Where a sender is. */
const ADDRESS_FIELDS = ["url", "host", "baseUrl", "oauthUrl", "oaUrl", "security"];

/** Who may change a sender is not told its secrets: neither by sending them somewhere else. */
function refuseMovedSecrets(
  { settings: before }: SenderRow,
  { settings, secrets }: SenderBody,
  set: readonly string[],
): void {
  const moved = ADDRESS_FIELDS.find((name) => (before[name] ?? "") !== (settings[name] ?? ""));
  const kept = set.filter((name) => name !== "accessToken").find((name) => !secrets[name]);
  if (moved && kept)
    throw refuse("invalid", "The address changed: type the secrets again, for the new one.", {
      field: `/secrets/${kept}`,
    });
}

async function keepSecrets(
  tx: TenantTransaction,
  sealing: Sealing,
  { senderId, secrets }: { senderId: string; secrets: Record<string, string> },
): Promise<void> {
  for (const [field, secret] of Object.entries(secrets))
    if (secret !== "") await keepSecret(tx, sealing, { senderId, field, secret });
}

/** The access token of another refresh token is another account's. */
async function forgetToken(tx: TenantTransaction, senderId: string): Promise<void> {
  await deleteSecret(tx, { senderId, field: "accessToken" });
  await setTokenEnd(tx, { senderId, endsAt: null });
}

function senderChanged(tx: TenantTransaction, senderId: string) {
  return codeEvent(tx, { type: "sender.changed", branchId: null, payload: { senderId } });
}

async function listUsers(tx: TenantTransaction, senderId: string) {
  const documents = await listDocuments(tx);
  const own = new Set(await listOwnBranchIds(tx, senderId));
  return documents
    .filter(
      ({ document }) =>
        own.has(document.branch.id) ||
        document.signIn.phone.channels.some(
          (channel) =>
            channel.kind === "cloud" && channel.steps.some((step) => step.senderId === senderId),
        ),
    )
    .map(({ document }) => ({ branchId: document.branch.id, branchName: document.branch.name }));
}

async function describeSenders(tx: TenantTransaction): Promise<SenderReply[]> {
  const rows = await listSenderRows(tx);
  const secrets = await listSecretRows(tx, null);
  const tests = new Map((await listLastTests(tx)).map((test) => [test.senderId, test]));
  const replies: SenderReply[] = [];
  for (const { id, name, kind, settings } of rows) {
    const shown = KINDS[kind].fields.filter(({ type }) => type === "secret");
    const own = secrets.filter(
      ({ senderId, field }) => senderId === id && shown.some((each) => each.name === field),
    );
    const test = tests.get(id);
    replies.push({
      ...{ id, name, kind, settings },
      secrets: Object.fromEntries(own.map(({ field, setAt }) => [field, setAt.toISOString()])),
      usedBy: await listUsers(tx, id),
      lastTest: test ? toTest(test) : null,
    });
  }
  return replies;
}

async function describeSender(tx: TenantTransaction, id: string): Promise<SenderReply> {
  const found = (await describeSenders(tx)).find((sender) => sender.id === id);
  if (!found) throw new Error(`sender ${id} was just saved and is not there`);
  return found;
}

function toTest({ id, state, reason, detail, createdAt }: TestRow): TestReply {
  return { id, state, reason, detail, createdAt: createdAt.toISOString() };
}
