import { Type } from "typebox";
import type { Context, Routes } from "../feature.ts";
import { ErrorReply, refuse } from "./errors.ts";
import { findLogProgress } from "./follow-progress.ts";
import { tenantOf } from "./session.ts";
import { listSetAside, noteFailedRetry, replayFeature, retrySetAside } from "./set-aside.ts";

const tags = ["log"];
const refusals = { "4xx": ErrorReply };
const REPAIR = { access: { permission: "log.repair" } };

const SetAsideReply = Type.Object({
  events: Type.Array(
    Type.Object({
      feature: Type.String(),
      eventId: Type.String(),
      type: Type.String(),
      position: Type.Integer(),
      attempts: Type.Integer(),
      reason: Type.String(),
      failedAt: Type.String(),
    }),
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});

const RetryBody = Type.Object({
  feature: Type.String({ maxLength: 64 }),
  eventId: Type.String({ format: "uuid" }),
});
const ReplayBody = Type.Object({ feature: Type.String({ maxLength: 64 }) });
const ReplayReply = Type.Object({ events: Type.Integer() });

const ProgressReply = Type.Object({
  logPosition: Type.Integer({ description: "Where the log ends" }),
  features: Type.Array(
    Type.Object({
      feature: Type.String(),
      position: Type.Integer({ description: "How far it has read" }),
      replayUntil: Type.Union([Type.Integer(), Type.Null()], {
        description: "Where a replay that goes on ends; null: none goes on",
      }),
      canReplay: Type.Boolean(),
    }),
  ),
});

/** What went wrong while features followed the tenant's log, and how to mend it. */
export function registerLogRepair(routes: Routes, context: Context): void {
  const { database, followers } = context;
  routes.get(
    "/api/v1/set-aside",
    {
      config: REPAIR,
      schema: {
        tags,
        summary: "Events that a feature failed on five times",
        response: { 200: SetAsideReply, ...refusals },
      },
    },
    async (request) => {
      const found = await database.readTenant(tenantOf(request), listSetAside);
      const events = found.map((each) => ({ ...each, failedAt: each.failedAt.toISOString() }));
      return { events, nextCursor: null, total: events.length };
    },
  );
  routes.post(
    "/api/v1/set-aside/retry",
    {
      config: REPAIR,
      schema: {
        tags,
        summary: "Let a feature try an event again",
        body: RetryBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { feature, eventId } = request.body;
      checkFeature(context, feature);
      const question = { tenant: tenantOf(request), feature, eventId };
      const options = { database, followers, log: request.log };
      const outcome = await retrySetAside(options, question).catch(async (error: unknown) => {
        request.log.warn({ err: error, feature, eventId }, "event failed again");
        await noteFailedRetry(options, question, error);
        throw refuse("conflict", "The event failed again, for the reason shown beside it.");
      });
      if (outcome === "not-found")
        throw refuse("not-found", "The feature has set no such event aside.");
      return reply.code(204).send(null);
    },
  );
  registerReplays(routes, context);
}

function registerReplays(routes: Routes, context: Context): void {
  const { database, followers } = context;
  routes.get(
    "/api/v1/replays",
    {
      config: REPAIR,
      schema: {
        tags,
        summary: "How far each feature has read the log, and the replays that go on",
        response: { 200: ProgressReply, ...refusals },
      },
    },
    (request) => database.readTenant(tenantOf(request), (tx) => findLogProgress(tx, followers)),
  );
  routes.post(
    "/api/v1/replays",
    {
      config: REPAIR,
      schema: {
        tags,
        summary: "Let a feature forget what it made and read the whole log again",
        body: ReplayBody,
        response: { 202: ReplayReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { feature } = request.body;
      checkFeature(context, feature);
      const question = { tenant: tenantOf(request), feature };
      const options = { database, followers, log: request.log };
      return reply.code(202).send(await replayFeature(options, question));
    },
  );
}

function checkFeature({ followers }: Context, name: string): void {
  if (followers.some((each) => each.name === name && each.handlers && each.forget)) return;
  throw refuse("not-found", `There is no feature ${name} that follows the log.`);
}
