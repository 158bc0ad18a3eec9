import { BOX_API, BoxLog, CommandAnswers } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { boxOf, tenantOf } from "../../platform/session.ts";
import {
  findLog,
  hasBox,
  insertAnswers,
  insertBoxCommand,
  keepLog,
  type ListedCommandRow,
  listBoxCommands,
  logsKeptSince,
} from "./command-queries.ts";
import { BOX_COMMAND_SECONDS } from "./rules.ts";
import {
  BoxParams,
  CommandParams,
  type CommandReply,
  CommandsReply,
  NewCommandBody,
  NewCommandReply,
} from "./schema.ts";

const tags = ["branches"];
const boxTags = ["boxes"];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "branches.edit" } };
const NO_BOX = "The branch has no box with this id.";
const COMMANDS_LISTED = 50;

/** What staff ask a box to do, and what became of it. */
export function registerCommands(routes: Routes, context: Context): void {
  registerOrders(routes, context);
  registerLogs(routes, context);
  registerAnswers(routes, context);
}

function registerOrders(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/branches/:id/boxes/:boxId/commands",
    {
      config: { access: { permission: "branches.read" } },
      schema: {
        tags,
        summary: "What a box was asked to do, the newest first, and what became of it",
        params: BoxParams,
        response: { 200: CommandsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { id: branchId, boxId } = request.params;
        if (!(await hasBox(tx, { branchId, boxId }))) throw refuse("not-found", NO_BOX);
        const rows = await listBoxCommands(tx, { boxId, limit: COMMANDS_LISTED });
        return { commands: rows.map((row) => toReply(row, tx.now)) };
      }),
  );
  routes.post(
    "/api/v1/branches/:id/boxes/:boxId/commands",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Ask a box to do something, once",
        params: BoxParams,
        body: NewCommandBody,
        response: { 202: NewCommandReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { id: branchId, boxId } = request.params;
      const { kind, deviceId = null } = request.body;
      const id = await database.changeTenant(tenantOf(request), async (tx) => {
        if (!(await hasBox(tx, { branchId, boxId }))) throw refuse("not-found", NO_BOX);
        const commandId = newId();
        const expiresAt = new Date(tx.now.getTime() + BOX_COMMAND_SECONDS * 1000);
        await insertBoxCommand(tx, {
          ...{ id: commandId, boxId, kind, deviceId, about: null, expiresAt },
        });
        noteChange(tx, { kind: "boxes", id: boxId, before: null, after: { command: kind } });
        return { result: commandId, events: [ordered(tx, { branchId, boxId, commandId, kind })] };
      });
      return reply.code(202).send({ id });
    },
  );
}

/** Moves the tenant's log, which wakes the box. */
function ordered(
  tx: TenantTransaction,
  { branchId, ...payload }: { branchId: string; boxId: string; commandId: string; kind: string },
): NewEvent {
  return {
    ...{ id: newId(), type: "command.ordered", version: 1, occurredAt: tx.now },
    ...{ branchId, origin: null, payload, personal: {} },
  };
}

function registerLogs(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/branches/:id/boxes/:boxId/commands/:commandId/log",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "The lines of its logs that a box sent, for some days",
        params: CommandParams,
        produces: ["application/gzip"],
        response: { 200: Type.Any(), ...refusals },
      },
    },
    async (request, reply) => {
      const { boxId, commandId } = request.params;
      const log = await database.readTenant(tenantOf(request), (tx) =>
        findLog(tx, { boxId, commandId, keptSince: logsKeptSince(tx) }),
      );
      if (!log) throw refuse("not-found", "There is no log of this command any more.");
      return reply
        .type("application/gzip")
        .header("content-disposition", `attachment; filename="box-${boxId}.log.gz"`)
        .send(log.packed);
    },
  );
}

function registerAnswers(routes: Routes, { database }: Context): void {
  routes.post(
    BOX_API.commandAnswers,
    {
      config: { access: "box" },
      schema: {
        tags: boxTags,
        summary: "What became of commands",
        body: CommandAnswers,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { tenantId, boxId } = boxOf(request);
      const { answers } = request.body;
      await database.inTenant(tenantId, (tx) => insertAnswers(tx, { boxId, answers }));
      return reply.code(204).send(null);
    },
  );
  routes.post(
    BOX_API.logs,
    {
      config: { access: "box" },
      bodyLimit: LOG_BODY_BYTES_MAX,
      schema: {
        tags: boxTags,
        summary: "The newest lines of a box's logs, for the command that asked for them",
        body: BoxLog,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { tenantId, boxId } = boxOf(request);
      const { commandId } = request.body;
      const packed = Buffer.from(request.body.packed, "base64");
      if (packed.readUInt16BE(0) !== GZIP_MAGIC)
        throw refuse("invalid", "The log is not gzip.", { field: "/packed" });
      const isKept = await database.inTenant(tenantId, (tx) =>
        keepLog(tx, { boxId, commandId, packed }),
      );
      if (!isKept) throw refuse("invalid", "Nobody asked this box for its logs by this command.");
      return reply.code(204).send(null);
    },
  );
}

const LOG_BODY_BYTES_MAX = 2 * 1024 * 1024;
/** RFC 1952 §2.3.1. */
const GZIP_MAGIC = 0x1f8b;

function toReply(row: ListedCommandRow, now: Date): CommandReply {
  const { id, kind, createdAt, expiresAt, outcome, finishedAt, hasLog } = row;
  const waiting = expiresAt > now ? "waiting" : "no-answer";
  return {
    ...{ id, kind, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
    ...{ state: outcome === null ? waiting : "answered", outcome, hasLog },
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
