import { chooseSaleType, findReward, type Language, type LocalText } from "@foyer/contract";
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { type GuestPage, sendPage } from "../../platform/guest-page.ts";
import { hashToken } from "../../platform/session.ts";
import { type AnswerCoupon, giveForAnswer } from "../coupons/index.ts";
import { type Asked, type Door, LINK_PATH, type OpenLink, openLink } from "./door.ts";
import { drawClosed, drawStep, drawThanks } from "./page.ts";
import { lockLink, noteAnswered } from "./queries.ts";
import { stateOf } from "./rules.ts";
import { beginFilled, type Filled, readFilled, type Step, takeStep } from "./steps.ts";

/** Of one address: guests of one place may share one, and nobody finds a key by trying. */
const LIMIT = { rateLimit: { max: 120, timeWindow: "1 minute" } };
/** Twenty texts of the longest, each letter as nine of a form's. */
const FORM_BYTES_MAX = 256 * 1024;

/** Languages that are looked at. */
const WANTED_MAX = 20;

const Params = Type.Object({
  tenantId: Type.String({ format: "uuid" }),
  key: Type.String({ pattern: "^[A-Za-z0-9_-]{32}$" }),
});
const Query = Type.Object({
  language: Type.Optional(Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")])),
});
const PAGE = `${LINK_PATH}/:tenantId/:key`;
const config = { access: "public", ...LIMIT } as const;
const schema = { hide: true, params: Params, querystring: Query } as const;

/** A link may be opened on a device that others use too: nothing of it stays there. */
const unkept: onRequestHookHandler = (_, reply, done) => {
  reply.header("cache-control", "no-store");
  done();
};

type Drawn = GuestPage & { status: number };
type Asks = Extract<Step, { kind: "asks" }>;

/** The pages of a link: the survey, step by step, and thanks once it is answered. */
export function registerGuestPages(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(PAGE, { config, schema, onRequest: unkept }, async (request, reply) => {
    const asked = askedOf(request);
    const door = await database.readTenant(asked.tenantId, (tx) => openLink(tx, asked));
    if (door.kind !== "open") return sendEnd(reply, context, { asked, door });
    const step = takeStep(door.survey, beginFilled(door.survey));
    return step.kind === "asks"
      ? sendPage(reply, await drawAsked(context, { asked, door, step }))
      : sendPage(reply, { ...drawClosed(door.place), status: 410 });
  });
  routes.register(async (scope: Routes) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: FORM_BYTES_MAX },
      (_, body, done) => done(null, new URLSearchParams(String(body))),
    );
    scope.post(PAGE, { config, schema, onRequest: unkept }, async (request, reply) => {
      const asked = askedOf(request);
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const taken = await database.changeTenant(asked.tenantId, (tx) =>
        takeForm(tx, asked, readFilled(form)),
      );
      if (taken.kind === "asks")
        return sendPage(reply, await drawAsked(context, { asked, ...taken }));
      if (taken.kind === "ended") return sendEnd(reply, context, { asked, door: taken.door });
      // A page that is loaded again sends nothing again.
      return reply.redirect(taken.path, 303);
    });
  });
}

function askedOf(request: FastifyRequest): Asked {
  const { tenantId, key } = request.params as { tenantId: string; key: string };
  const { language } = request.query as { language?: Language };
  // Browsers name them in the order in which they are wanted (RFC 9110 §12.5.4): vi-VN,vi;q=0.9,en;q=0.8
  const wanted = (request.headers["accept-language"] ?? "")
    .split(",", WANTED_MAX)
    .map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return { tenantId, key, languages: language ? [language] : wanted };
}

type OpenDoor = Extract<Door, { kind: "open" }>;
type Taken =
  | { kind: "asks"; door: OpenDoor; step: Asks }
  | { kind: "kept"; path: string }
  | { kind: "ended"; door: Exclude<Door, { kind: "open" }> };

/** Keeps what was answered once all of it was; of two at once the second is told that it is done. */
async function takeForm(
  tx: TenantTransaction,
  asked: Asked,
  filled: Filled,
): Promise<Changed<Taken>> {
  const door = await openLink(tx, asked);
  if (door.kind !== "open") return { result: { kind: "ended", door }, events: [] };
  const step = takeStep(door.survey, filled);
  if (step.kind === "asks") return { result: { kind: "asks", door, step }, events: [] };
  const { path, language } = door.place;
  const kept = { kind: "kept" as const, path: `${path}?language=${language}` };
  const link = await lockLink(tx, door.link.id);
  // Answered, or ended, since it was looked at: the page that follows says which.
  if (!link || stateOf(link, tx.now) !== "open") return { result: kept, events: [] };
  await noteAnswered(tx, link.id);
  return { result: kept, events: [toEvent(tx, door, { asked, language, answers: step.answers })] };
}

function toEvent(
  tx: TenantTransaction,
  { link, survey, customerId }: OpenLink,
  told: { asked: Asked; language: Language; answers: Extract<Step, { kind: "whole" }>["answers"] },
): NewEvent {
  const { texts, dates, ...impersonal } = told.answers;
  const { id: answerId, surveyId, branchId } = link;
  const saleTypeId = chooseSaleType(survey, link.saleTypeId);
  return {
    ...{ id: newId(), type: "survey.answered", version: 1, occurredAt: tx.now, branchId },
    origin: null,
    payload: {
      ...{ answerId, surveyId, ...(survey.version && { surveyVersion: survey.version }) },
      // Whoever holds the link adds files by it too.
      ...(survey.files && { filesKeyHash: hashToken(told.asked.key).toString("base64url") }),
      // Of a customer it is as of their own guest, whom no box ever met and whose id is theirs.
      ...{ guestId: customerId, deviceId: null, nasId: null, by: "link", place: null },
      ...(saleTypeId !== null && { saleTypeId }),
      ...{ language: told.language, ...impersonal },
    },
    personal: { texts, dates },
  };
}

async function drawAsked(
  context: Context,
  { asked, door, step }: { asked: Asked; door: OpenDoor; step: Asks },
): Promise<Drawn> {
  const offer = door.customerId === null ? null : await findOffer(context, asked, door);
  const status = Object.keys(step.faults).length > 0 ? 422 : 200;
  return { ...drawStep(door.place, door.survey, { step, offer }), status };
}

/** What a customer answers for; somebody whom nobody knows is given nothing. */
function findOffer(
  { database, hooks, origin }: Context,
  { tenantId }: Asked,
  { link: { surveyId } }: OpenDoor,
): Promise<LocalText | null> {
  return database.readTenant(tenantId, async (tx) => {
    const given = { surveyIds: [surveyId], origin: origin() };
    const coupons = await hooks.findCouponSettings?.(tx, given);
    return findReward(coupons ?? undefined, surveyId)?.offer ?? null;
  });
}

async function sendEnd(
  reply: FastifyReply,
  { database, hooks, origin }: Context,
  { asked, door }: { asked: Asked; door: Exclude<Door, { kind: "open" }> },
): Promise<FastifyReply> {
  const { place } = door;
  if (door.kind === "closed") return sendPage(reply, { ...drawClosed(place), status: 410 });
  const { survey } = door;
  const coupon = await database.changeTenant(asked.tenantId, (tx) => giveFor(tx, door));
  const files = survey?.files && hooks.surveyFilesUrl?.(asked.tenantId, origin());
  const filesHref = files ? `${files}/${asked.key}?language=${place.language}` : null;
  return sendPage(reply, { ...drawThanks(place, { survey, coupon, filesHref }), status: 200 });
}

/** Once a survey, wherever its customer answered it; asked again it is the same one. */
async function giveFor(
  tx: TenantTransaction,
  { link, customerId }: Extract<Door, { kind: "answered" }>,
): Promise<Changed<AnswerCoupon | null>> {
  if (customerId === null) return { result: null, events: [] };
  const { id: answerId, surveyId, branchId } = link;
  return giveForAnswer(tx, { answerId, surveyId, branchId, customerId });
}
