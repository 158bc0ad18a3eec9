import { BOX_API, PULL_WAIT_SECONDS_MAX, PullReply, SettingsReport } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { boxOf } from "../../platform/session.ts";
import { pull } from "./pull.ts";
import { noteSettings } from "./queries.ts";

const tags = ["boxes"];
const refusals = { "4xx": ErrorReply };
const HeldVersion = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 0 });
const HeldPosition = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 });

const PullQuery = Type.Object({
  settings: HeldVersion,
  guests: HeldPosition,
  commands: HeldPosition,
  codes: HeldPosition,
  epoch: Type.Optional(Type.String({ format: "uuid" })),
  wait: Type.Integer({ minimum: 0, maximum: PULL_WAIT_SECONDS_MAX, default: 0 }),
});

/** What boxes ask for, with their key. */
export function registerBoxCalls(routes: Routes, context: Context): void {
  routes.get(
    BOX_API.pull,
    {
      config: { access: "box" },
      schema: {
        tags,
        summary: "What is news to a box, at once or as soon as there is some",
        querystring: PullQuery,
        response: { 200: PullReply, 204: Type.Null(), ...refusals },
      },
      // Settings carry fields that a newer release of the contract may know and this schema not.
      serializerCompiler: () => (reply) => JSON.stringify(reply),
    },
    async (request, reply) => {
      const { wait, epoch = null, ...held } = request.query;
      const ended = new AbortController();
      reply.raw.once("close", () => ended.abort());
      const news = await pull(context, {
        box: boxOf(request),
        held: { ...held, epoch },
        waitSeconds: wait,
        signal: ended.signal,
      });
      return news ? reply.code(200).send(news) : reply.code(204).send(null);
    },
  );
  routes.post(
    BOX_API.settingsReport,
    {
      config: { access: "box" },
      schema: {
        tags,
        summary: "What became of the settings that were pulled",
        body: SettingsReport,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { version, outcome, reason = "refused without a reason" } = request.body;
      const { tenantId, boxId } = boxOf(request);
      const fault = outcome === "applied" ? null : `Version ${version}: ${reason}`;
      await context.database.inTenant(tenantId, (tx) =>
        noteSettings(tx, { boxId, version, fault }),
      );
      return reply.code(204).send(null);
    },
  );
}
