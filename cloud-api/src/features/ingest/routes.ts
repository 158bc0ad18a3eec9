import type { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { BATCH_BYTES_MAX, BOX_API, PushReply, PushRequest } from "@foyer/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { boxOf, tenantIdOf, tenantOf } from "../../platform/session.ts";
import { listGaps, listTwins } from "./gap-queries.ts";
import { openPushGate } from "./limits.ts";
import { countUnreadEvents, listUnreadEvents } from "./queries.ts";
import { rereadUnread } from "./reread.ts";
import { twinsSince } from "./rules.ts";
import {
  BoxAlarmsQuery,
  BoxAlarmsReply,
  RereadBody,
  RereadReply,
  UnreadEventsReply,
} from "./schema.ts";
import { shareTransactions } from "./share.ts";
import { openUnsealing } from "./unseal.ts";

/** Unpacked. A little more than a box may send, for what stands around the events. */
const BODY_BYTES_MAX = BATCH_BYTES_MAX + 64 * 1024;

const UNREAD_EVENTS_MAX = 100;

export function ingestRoutes(routes: Routes, context: Context): void {
  registerPush(routes, context);
  registerUnreadEvents(routes, context);
  registerReread(routes, context);
  registerAlarms(routes, context);
}

/** What could not be read is kept, and seen by whoever can do something about it. */
function registerUnreadEvents(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/unread-events",
    {
      config: { access: { permission: "events.read" } },
      schema: {
        tags: ["boxes"],
        summary: "Events of boxes that could not be read, with the reason",
        response: { 200: UnreadEventsReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      await database.readTenant(tenantOf(request), async (tx) => {
        const rows = await listUnreadEvents(tx, UNREAD_EVENTS_MAX);
        const unreadEvents = rows.map((row) => ({
          ...row,
          receivedAt: row.receivedAt.toISOString(),
        }));
        return { unreadEvents, nextCursor: null, total: await countUnreadEvents(tx) };
      }),
  );
}

/** A newer release may know what an older one did not, and a key that was lost may be back. */
function registerReread(routes: Routes, { database, sealing }: Context): void {
  routes.post(
    "/api/v1/unread-events/read-again",
    {
      config: { access: { permission: "log.repair" } },
      schema: {
        tags: ["boxes"],
        summary: "Look again at events that could not be read",
        description:
          "At most ten thousand at a time, the oldest first. What can be read now goes into the log, each event once.",
        body: RereadBody,
        response: { 200: RereadReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      // Keys are fetched anew: one that was put back is why somebody asks.
      const unseal = openUnsealing({ database, sealing });
      const { after = null } = request.body;
      const told = await rereadUnread(
        { database, unseal },
        { tenantId: tenantIdOf(request), after },
      );
      const { read, unread } = told;
      await database.inTenant(tenantOf(request), async (tx) =>
        noteChange(tx, {
          ...{ kind: "unread-events", id: null },
          ...{ before: { unread: read + unread }, after: { read, unread } },
        }),
      );
      return told;
    },
  );
}

const GAPS_MAX = 200;

/** What a box has sent for good and is not here, and boxes that there are two of. */
function registerAlarms(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/box-alarms",
    {
      config: { access: { permission: "branches.read" } },
      schema: {
        tags: ["boxes"],
        summary: "Events of boxes that are missing, and names that two boxes share",
        querystring: BoxAlarmsQuery,
        response: { 200: BoxAlarmsReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { boxId = null, open } = request.query;
      return await database.readTenant(tenantOf(request), async (tx) => {
        const gaps = await listGaps(tx, { boxId, openOnly: open, limit: GAPS_MAX });
        const twins = await listTwins(tx, { boxId, seenSince: twinsSince(tx.now) });
        return {
          gaps: gaps.map((gap) => ({
            ...gap,
            foundAt: gap.foundAt.toISOString(),
            filledAt: gap.filledAt?.toISOString() ?? null,
          })),
          twins: twins.map((twin) => ({
            ...twin,
            foundAt: twin.foundAt.toISOString(),
            seenAt: twin.seenAt.toISOString(),
          })),
        };
      });
    },
  );
}

function registerPush(routes: Routes, { database, clock, sealing }: Context): void {
  const store = shareTransactions(database);
  const gate = openPushGate(clock);
  const unseal = openUnsealing({ database, sealing });
  routes.post(
    BOX_API.events,
    {
      config: { access: "box" },
      bodyLimit: BODY_BYTES_MAX,
      preParsing: async (request, _reply, payload) => unpack(request, payload),
      errorHandler: answerTooLarge,
      schema: {
        tags: ["boxes"],
        summary: "Stores events, once each",
        description:
          "JSON, packed by gzip or zstd, or plain. The answer names what the cloud holds for good: the box may forget it. An event that cannot be read is set aside with the reason, and held too.",
        body: PushRequest,
        response: { 200: PushReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const box = boxOf(request);
      gate.admit({ boxId: box.boxId, events: request.body.events.length });
      const events = await unseal(box.tenantId, request.body.events);
      const reply = await store(box, { ...request.body, events });
      tellLives(request, reply);
      for (const { seq, reason } of reply.setAside)
        request.log.warn({ boxId: box.boxId, epoch: reply.epoch, seq, reason }, "event set aside");
      return reply;
    },
  );
}

/** What somebody has to see to, or may wonder at later. */
function tellLives({ log, box }: FastifyRequest, reply: PushReply): void {
  const { epoch, epochEnded, hasTwin } = reply;
  const fields = { boxId: box?.boxId, epoch };
  if (epochEnded)
    log.warn({ ...fields, ...epochEnded }, "a box's store is an older copy; it begins a new epoch");
  if (hasTwin) log.error(fields, "two stores speak under one box's name: enrol one of them anew");
}

type Payload = Readable & { receivedEncodedLength?: number };

/** Unpacks while it reads: the body's limit counts the bytes that come out, so that none can swell. */
function unpack(request: FastifyRequest, payload: Payload): Payload {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return payload;
  const unpacked = createUnpacker(encoding);
  unpacked.receivedEncodedLength = 0;
  // A request that is refused by its header fields is never read, and its fault nobody's to hear.
  unpacked.on("error", () => {});
  payload.on("data", (chunk: Buffer) => {
    unpacked.receivedEncodedLength = (unpacked.receivedEncodedLength ?? 0) + chunk.length;
  });
  payload.on("error", (error) => unpacked.destroy(error));
  payload.pipe(unpacked as Payload & NodeJS.WritableStream);
  return unpacked;
}

/** RFC 1952 and RFC 8878. */
function createUnpacker(encoding: string): Payload {
  if (encoding === "gzip") return createGunzip();
  if (encoding === "zstd") return createZstdDecompress();
  throw refuse("invalid", `Content-Encoding ${encoding} is not read here.`);
}

/** RFC 9110 §15.5.14: a box that is told so sends smaller batches. */
function answerTooLarge(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  if (error.code !== "FST_ERR_CTP_BODY_TOO_LARGE") throw error;
  reply.code(413).send({ code: "invalid", message: "The batch is too large. Send fewer events." });
}
