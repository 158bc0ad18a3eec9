import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  BOX_API,
  GuestAnswers,
  GuestQuestions,
  PULL_WAIT_SECONDS_MAX,
  PullReply,
  readPartHashes,
  SettingsReport,
} from "@foyer/contract";
import type { onSendAsyncHookHandler } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { openRateGate, type Rate } from "../../platform/rate-gate.ts";
import { boxOf } from "../../platform/session.ts";
import { type FactsShelf, NO_FACTS, openFactsShelf } from "./branch-facts.ts";
import { openComposer } from "./compose.ts";
import { askAboutGuests } from "./held.ts";
import { openLookout } from "./lookout.ts";
import { registerPictures } from "./picture-routes.ts";
import { type PullServices, pull } from "./pull.ts";
import { openPullPlaces } from "./pull-places.ts";
import { findBranchHead, noteSettings } from "./queries.ts";
import { openQuestionAllowance } from "./question-allowance.ts";
import { openToldPictures } from "./told-pictures.ts";

const tags = ["boxes"];
const refusals = { "4xx": ErrorReply };
const HeldVersion = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 0 });
const HeldPosition = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 });

/** A shorter answer fits a packet or two as it is. */
const PACKED_BYTES_MIN = 4096;
const GZIP_LEVEL = 3;
const compress = promisify(gzip);

/** Of one box: a cloud is restored from a back-up once in a while, and each box is ahead of it once then. */
const LEADS: Rate = { perSecond: 1 / 3600, burst: 3 };

const PullQuery = Type.Object({
  settings: HeldVersion,
  guests: HeldPosition,
  /** What boxes tell for clouds of the release before, which had a list for each branch. */
  commands: HeldPosition,
  codes: HeldPosition,
  settingsParts: Type.Optional(Type.String({ maxLength: 8000 })),
  boxCommands: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  guestsMark: Type.Optional(Type.String({ format: "uuid" })),
  guestsPage: Type.Optional(Type.String({ maxLength: 200 })),
  epoch: Type.Optional(Type.String({ format: "uuid" })),
  sealingKey: Type.Optional(Type.String({ maxLength: 100 })),
  coupons: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  wait: Type.Integer({ minimum: 0, maximum: PULL_WAIT_SECONDS_MAX, default: 0 }),
});

/** What boxes ask for, with their key. */
export function registerBoxCalls(routes: Routes, context: Context): void {
  const facts = openFactsShelf();
  const leads = openRateGate(LEADS, context.clock);
  const services: PullServices = {
    ...{ facts, look: openLookout(context, { facts, leads }), compose: openComposer(context) },
    pictures: openToldPictures(),
  };
  const places = openPullPlaces();
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
      onSend: packAnswer,
    },
    async (request, reply) => {
      const { wait, epoch = null, guestsPage = null, boxCommands = null } = request.query;
      const { guestsMark = null } = request.query;
      const { settings, guests, codes, settingsParts, sealingKey = null } = request.query;
      const { coupons = null } = request.query;
      const partsHeld = settingsParts === undefined ? null : readPartHashes(settingsParts);
      const box = boxOf(request);
      const { signal, end, leave } = places.enter(box.boxId);
      reply.raw.once("close", end);
      const news = await pull(context, {
        ...{ box, services, waitSeconds: wait, signal },
        held: {
          ...{ settings, partsHeld, guests, codes },
          ...{ epoch, guestsMark, guestsPage, boxCommands, sealingKey, coupons },
        },
      }).finally(leave);
      return news ? reply.code(200).send(news) : reply.code(204).send(null);
    },
  );
  registerPictures(routes, context, services.pictures);
  registerReports(routes, context);
  registerGuestQuestions(routes, context, facts);
}

/** An uplink is slow and guests are many; RFC 9110 §12.5.3. */
const packAnswer: onSendAsyncHookHandler = async (request, reply, payload) => {
  const accepted = request.headers["accept-encoding"];
  const isAccepted = typeof accepted === "string" && /\bgzip\b/.test(accepted);
  if (!isAccepted || typeof payload !== "string" || payload.length < PACKED_BYTES_MIN)
    return payload;
  const packed = await compress(payload, { level: GZIP_LEVEL });
  reply.header("content-encoding", "gzip").header("content-length", packed.length);
  return packed;
};

function registerGuestQuestions(
  routes: Routes,
  { clock, database, hooks }: Context,
  facts: FactsShelf,
): void {
  const allowance = openQuestionAllowance(database, { clock });
  routes.post(
    BOX_API.guestQuestions,
    {
      config: { access: "box" },
      schema: {
        tags,
        summary: "Who guests are whom the box does not know",
        body: GuestQuestions,
        response: { 200: GuestAnswers, ...refusals },
      },
    },
    async (request) => {
      const box = boxOf(request);
      const waitSeconds = await allowance.draw(box, request.body.questions.length);
      if (waitSeconds > 0)
        throw refuse(
          "busy",
          "This box asks for more guests than come to a branch. Wait, then ask.",
          {
            retryAfterSeconds: Math.ceil(waitSeconds),
          },
        );
      const held = { guests: 0, guestsMark: null, guestsPage: null, epoch: null };
      return await database.inTenant(box.tenantId, async (tx) => {
        const head = await findBranchHead(tx, box.branchId);
        const about = head ? await facts.find(tx, head) : NO_FACTS;
        const question = askAboutGuests(about, { ...box, held });
        const answers = await hooks.answerGuestQuestions?.(tx, question, request.body.questions);
        if (!answers) throw new Error("No feature knows the tenant's guests.");
        return answers;
      });
    },
  );
}

function registerReports(routes: Routes, context: Context): void {
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
