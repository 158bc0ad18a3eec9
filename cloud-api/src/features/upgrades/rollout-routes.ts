import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf } from "../../platform/session.ts";
import { getRelease, RELEASES } from "./operator-routes.ts";
import { isWhole, readRow } from "./releases.ts";
import { takeByHand } from "./rollout.ts";
import { takeRuleStep } from "./rollout-queries.ts";
import { countParts } from "./rules.ts";
import { ReleaseParams, Rollout, RolloutRule } from "./schema.ts";

const tags = ["operators"];
const refusals = { "4xx": ErrorReply };
const OPERATOR = { access: "operator" } as const;

/** How far a release is offered, by an operator's word and by the rule that they set for it. */
export function registerRollouts(routes: Routes, context: Context): void {
  const { database } = context;
  routes.put(
    `${RELEASES}/:sha256/rollout`,
    {
      config: OPERATOR,
      schema: {
        ...{ tags, summary: "How far a release is offered: to which rings, or no further" },
        ...{ params: ReleaseParams, body: Rollout, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      const row = await getRelease(context, sha256);
      const tarball = readRow(row);
      const isThere = row.parts === countParts(tarball.bytes);
      if (row.stage === null && !(isThere && (await isWhole(database, tarball))))
        throw refuse("conflict", "Its tarball is not here as it was announced.");
      const { staffId } = staffOf(request);
      const isDone = await database.inDirectory((tx) =>
        takeByHand(tx, { sha256, staffId }, request.body),
      );
      if (!isDone) throw refuse("conflict", "It has gone on or was halted meanwhile: look again.");
      return reply.code(204).send(null);
    },
  );
  routes.put(
    `${RELEASES}/:sha256/rule`,
    {
      config: OPERATOR,
      schema: {
        tags,
        summary: "When a release goes on to the next ring by itself, and what halts it for all",
        ...{
          params: ReleaseParams,
          body: RolloutRule,
          response: { 204: Type.Null(), ...refusals },
        },
      },
    },
    async (request, reply) => {
      const { sha256 } = await getRelease(context, request.params.sha256);
      const { staffId } = staffOf(request);
      const rule = request.body;
      await database.inDirectory((tx) => takeRuleStep(tx, { sha256, staffId, rule }));
      return reply.code(204).send(null);
    },
  );
}
