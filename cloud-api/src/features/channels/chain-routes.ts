import type { CloudChannel, CodeChannel } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  type BranchDocument,
  findDocument,
  NO_BRANCH,
  refuseDocument,
  saveDocument,
} from "../branches/index.ts";
import { keepBoxGateways, listBoxGateways } from "./box-gateways.ts";
import { chooseOwnSender } from "./own-sender.ts";
import { findOwnSenderId } from "./own-sender-queries.ts";
import { listSenderRows } from "./queries.ts";
import { findDay } from "./request-queries.ts";
import { EDIT, READ, refusals, TAG } from "./route-options.ts";
import { dayIn, KINDS, type Way } from "./rules.ts";
import { BranchParams, ChainBody, ChainReply } from "./schema.ts";

const tags = [TAG.name];

/** By what a branch's codes are sent, in which order: a part of its settings, with a door of its own. */
export function registerChains(routes: Routes, { database, sealing }: Context): void {
  routes.get(
    "/api/v1/branches/:id/code-channels",
    {
      config: READ,
      schema: {
        tags,
        summary: "By what the codes of a branch are sent, and what was spent today",
        params: BranchParams,
        response: { 200: ChainReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) => describeChain(tx, request.params.id)),
  );
  routes.put(
    "/api/v1/branches/:id/code-channels",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Save by what the codes of a branch are sent",
        params: BranchParams,
        body: ChainBody,
        response: { 200: ChainReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const branchId = request.params.id;
        const events = await saveChain(tx, branchId, request.body);
        const { ownSenderId: senderId } = request.body;
        if (senderId !== undefined)
          events.push(...(await chooseOwnSender(tx, sealing, { branchId, senderId })));
        return { result: await describeChain(tx, branchId), events };
      }),
  );
}

async function describeChain(tx: TenantTransaction, branchId: string): Promise<ChainReply> {
  const found = await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", NO_BRANCH);
  const { branch, signIn } = found.document;
  const { phone, clickThrough } = signIn;
  const cloud = phone.channels.find((channel) => channel.kind === "cloud");
  const ownSenderId = await findOwnSenderId(tx, branchId);
  const boxGateways = listBoxGateways(phone.channels);
  const day = await findDay(tx, { branchId, day: dayIn(branch.timeZone, tx.now) });
  return {
    version: found.version,
    country: branch.country,
    steps: cloud?.kind === "cloud" ? cloud.steps.map(({ way: _way, ...step }) => step) : [],
    ownSenderId,
    boxGateways,
    messagesPerDay: phone.messagesPerBranchDay ?? null,
    numbersFrom: phone.numbersFrom ?? [],
    boxSendsItself: boxGateways.length > 0,
    isPhoneOn: phone.enabled,
    clickThrough,
    today: { messages: day?.messages ?? 0, refusedAt: day?.refusedAt?.toISOString() ?? null },
  };
}

async function saveChain(tx: TenantTransaction, branchId: string, body: ChainBody) {
  const known = new Map((await listSenderRows(tx)).map(({ id, kind }) => [id, KINDS[kind].way]));
  const unknown = body.steps.findIndex(({ senderId }) => !known.has(senderId));
  if (unknown >= 0)
    throw refuse("invalid", "That sender was removed. Choose another one.", {
      field: `/steps/${unknown}/senderId`,
    });
  const saved = await saveDocument(tx, branchId, (document, current) => {
    if (current !== body.version)
      throw refuse("conflict", "Somebody changed this branch's settings. Load them again.");
    return withChain(document, {
      ...body,
      steps: body.steps.map((step) => withWay(step, known.get(step.senderId))),
    });
  });
  if (saved.kind === "not-found") throw refuse("not-found", NO_BRANCH);
  if (saved.kind === "invalid") throw refuseDocument(saved);
  return saved.events;
}

function withChain(
  document: BranchDocument,
  chain: Omit<ChainBody, "steps"> & Pick<CloudChannel, "steps">,
): BranchDocument {
  const { steps, messagesPerDay, numbersFrom, boxGateways = null } = chain;
  const { signIn } = document;
  const {
    messagesPerBranchDay: _day,
    numbersFrom: _from,
    channels: before,
    ...phone
  } = signIn.phone;
  return {
    ...document,
    signIn: {
      ...signIn,
      phone: {
        ...phone,
        channels: chainOf(keepBoxGateways(before, boxGateways), steps),
        ...(messagesPerDay === null ? {} : { messagesPerBranchDay: messagesPerDay }),
        ...(numbersFrom.length === 0 ? {} : { numbersFrom }),
      },
    },
  };
}

const withWay = (step: ChainBody["steps"][number], way: Way | undefined) => ({
  ...step,
  ...(way && { way }),
});

/**
 * The cloud first, then what the box sends by itself. The demonstration's page goes with the first
 * real sender, since whoever reads it signs in with any number; without any it comes back.
 */
function chainOf(before: readonly CodeChannel[], steps: CloudChannel["steps"]): CodeChannel[] {
  const own = before.filter(({ kind }) => kind !== "cloud");
  if (steps.length === 0) return own.length > 0 ? own : [{ kind: "outbox" }];
  return [{ kind: "cloud", steps }, ...own.filter(({ kind }) => kind === "http-gateway")];
}
