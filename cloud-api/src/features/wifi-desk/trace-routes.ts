import { BOX_API, type CommandSubject, DoorNotes, NOT_SUPPORTED, TRACE } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { boxOf, tenantOf } from "../../platform/session.ts";
import {
  type BranchOrder,
  findDocument,
  listBranchOrders,
  NO_BRANCH,
  orderTrace,
  wasAsked,
} from "../branches/index.ts";
import { normalisePhone } from "../customers/index.ts";
import { keepTrace, listTraces, tracesKeptSince } from "./queries.ts";
import { isMadeUp, readMac } from "./rules.ts";
import { BranchParams, NewTraceBody, NewTraceReply, TraceParams, TraceReply } from "./schema.ts";

const refusals = { "4xx": ErrorReply };
const tags = ["wifi-desk"];
const PATH = "/api/v1/branches/:id/traces";
const TRACES = { access: { permission: "wifi.trace" } };
const NOTES_BYTES_MAX = 512 * 1024;

/** Why a phone could not get on: what the branch's boxes noted of it at their doors. */
export function registerTraces(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    PATH,
    {
      config: TRACES,
      schema: {
        tags,
        summary: "Ask a branch's boxes what they noted of a device, or of whoever has a number",
        params: BranchParams,
        body: NewTraceBody,
        response: { 202: NewTraceReply, ...refusals },
      },
    },
    async (request, reply) => {
      const asked = { branchId: request.params.id, typed: request.body.of };
      const begun = await database.changeTenant(tenantOf(request), async (tx) => {
        const about = await readSubject(tx, asked);
        const id = newId();
        // Which device or number is nobody's to read in a log.
        const after = { branchId: asked.branchId, of: "mac" in about ? "mac" : "phone" };
        noteChange(tx, { kind: "traces", id, before: null, after });
        const events = await orderTrace(tx, { id, branchId: asked.branchId, about });
        return { result: { id, about }, events };
      });
      const { id, about } = begun;
      const told =
        "mac" in about
          ? { of: "mac" as const, value: about.mac }
          : { of: "phone" as const, value: about.phone };
      return reply.code(202).send({ id, ...told });
    },
  );
  routes.get(
    `${PATH}/:traceId`,
    {
      config: TRACES,
      schema: {
        tags,
        summary: "What the boxes have answered so far",
        params: TraceParams,
        response: { 200: TraceReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) =>
        describeTrace(tx, { branchId: request.params.id, traceId: request.params.traceId }),
      ),
  );
  registerAnswers(routes, context);
}

function registerAnswers(routes: Routes, { database }: Context): void {
  routes.post(
    BOX_API.doorNotes,
    {
      config: { access: "box" },
      bodyLimit: NOTES_BYTES_MAX,
      schema: {
        tags: ["boxes"],
        summary: "What a box noted of a device at its door, for the command that asked for it",
        body: DoorNotes,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { tenantId, boxId, branchId } = boxOf(request);
      const { commandId, notes, since } = request.body;
      const isKept = await database.inTenant(tenantId, async (tx) => {
        if (!(await wasAsked(tx, { boxId, commandId, kind: TRACE }))) return false;
        await keepTrace(tx, { commandId, boxId, branchId, notes, since: new Date(since) });
        return true;
      });
      if (!isKept) throw refuse("invalid", "Nobody asked this box for it by this command.");
      return reply.code(204).send(null);
    },
  );
}

/** A MAC before a number: of twelve hex digits that are all digits nobody has a phone. */
async function readSubject(
  tx: TenantTransaction,
  { branchId, typed }: { branchId: string; typed: string },
): Promise<CommandSubject> {
  const found = await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", NO_BRANCH);
  const looksLikeMac = /[a-f:]/i.test(typed) || typed.split("-").length === 6;
  const mac = looksLikeMac ? readMac(typed) : null;
  if (mac !== null) return { mac };
  const phone = normalisePhone(typed, found.document.branch.country);
  if (phone !== null) return { phone };
  const plain = readMac(typed);
  if (plain !== null) return { mac: plain };
  throw refuse("invalid", "That is neither a device's MAC nor a phone number.", { field: "/of" });
}

async function describeTrace(
  tx: TenantTransaction,
  { branchId, traceId }: { branchId: string; traceId: string },
): Promise<TraceReply> {
  const found = await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", NO_BRANCH);
  const since = tracesKeptSince(tx);
  const orders = await listBranchOrders(tx, { branchId, kind: TRACE, since });
  const asked = orders.filter(({ commandId }) => commandId === traceId);
  if (asked.length === 0) throw refuse("not-found", "There is no such question any more.");
  const kept = await listTraces(tx, { branchId, commandId: traceId });
  const { nas, policies } = found.document;
  const nameOf = (list: readonly { id: string; name: string }[], id: string | null) =>
    list.find((each) => each.id === id)?.name ?? null;
  const notes = kept.flatMap((trace) => trace.notes);
  return {
    boxes: asked.map((order) => {
      const answer = kept.find(({ boxId }) => boxId === order.boxId);
      const { boxId, boxName } = order;
      const state = answer ? "answered" : judgeSilence(order, tx.now);
      return { boxId, boxName, state, since: answer?.since.toISOString() ?? null };
    }),
    notes: notes
      .toSorted((one, other) => one.at.localeCompare(other.at))
      .map((note) => ({
        ...note,
        nasName: nameOf(nas, note.nasId),
        policyName: nameOf(policies, note.policyId),
        randomised: isMadeUp(note.mac),
      })),
  };
}

function judgeSilence({ outcome, expiresAt }: BranchOrder, now: Date) {
  if (outcome === NOT_SUPPORTED) return "too-old" as const;
  if (outcome !== null) return "no-answer" as const;
  return expiresAt > now ? ("asked" as const) : ("no-answer" as const);
}
