import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf } from "../../platform/session.ts";
import { endSignIn, findAccountLink, listSignIns } from "./account-queries.ts";
import { askForMail, disown, openReset, useReset } from "./reset.ts";
import { TAG, tokenOf } from "./routes.ts";
import {
  AskedMailBody,
  MailedLinksReply,
  ResetBody,
  ResetReply,
  SignInParams,
  SignInsReply,
  SignUpLinkReply,
  TokenBody,
} from "./schema.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
/** Of one address and minute, beside what is counted per e-mail and per hour. */
const DOOR_LIMIT = { rateLimit: { max: 60, timeWindow: "1 minute" } };
const DOOR = { access: "public", ...DOOR_LIMIT } as const;

/** What links do that were sent by mail, and one's sessions. */
export function registerAccount(routes: Routes, context: Context): void {
  registerReset(routes, context);
  registerSignUpMails(routes, context);
  registerSignIns(routes, context);
}

function registerReset(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/password-resets",
    {
      config: { access: "public" },
      schema: {
        ...{ tags, summary: "Whether a forgotten password is chosen anew by mail" },
        response: { 200: MailedLinksReply },
      },
    },
    async () => ({ enabled: context.sendsMail }),
  );
  routes.post(
    "/api/v1/password-resets",
    {
      config: DOOR,
      schema: {
        ...{ tags, summary: "Have a link sent; the answer is the same whoever has the address" },
        ...{ body: AskedMailBody, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      await askForMail(context, "reset", { body: request.body, address: request.ip });
      return reply.code(204).send(null);
    },
  );
  // The token is in the body: what stands in a path is written down on the way.
  routes.post(
    "/api/v1/password-resets/open",
    {
      config: DOOR,
      schema: {
        ...{ tags, summary: "Whose link it is; looking uses nothing up" },
        ...{ body: TokenBody, response: { 200: ResetReply, ...refusals } },
      },
    },
    async (request) => {
      const { email, totpSecret } = await openReset(context, request.body.token);
      return { email, needsCode: totpSecret !== null };
    },
  );
  routes.post(
    "/api/v1/password-resets/use",
    {
      config: DOOR,
      schema: {
        ...{ tags, summary: "Choose a new password by a link; every session ends" },
        ...{ body: ResetBody, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      await useReset(context, request, { body: request.body, reply });
      return reply.code(204).send(null);
    },
  );
  routes.post(
    "/api/v1/sign-in-alerts/disown",
    {
      config: DOOR,
      schema: {
        ...{ tags, summary: "It was not me: end every session and have a new password chosen" },
        ...{ body: TokenBody, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      await disown(context, request, request.body.token);
      return reply.code(204).send(null);
    },
  );
}

function registerSignUpMails(routes: Routes, context: Context): void {
  routes.post(
    "/api/v1/sign-up/mails",
    {
      config: DOOR,
      schema: {
        ...{ tags, summary: "Have a link sent by which a company is made" },
        ...{ body: AskedMailBody, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      if (!context.selfSignUp)
        throw refuse("forbidden", "New companies are made by invitation here. Ask the operator.");
      await askForMail(context, "sign-up", { body: request.body, address: request.ip });
      return reply.code(204).send(null);
    },
  );
  routes.post(
    "/api/v1/sign-up/open",
    {
      config: DOOR,
      schema: {
        ...{ tags, summary: "The address that a link proves; looking uses nothing up" },
        ...{ body: TokenBody, response: { 200: SignUpLinkReply, ...refusals } },
      },
    },
    async (request) => {
      const { token } = request.body;
      const link = await context.database.inDirectory((tx) =>
        findAccountLink(tx, { token, kind: "sign-up" }),
      );
      if (!link) throw refuse("not-found", "This link was used or is too old. Ask for a new one.");
      return { email: link.email };
    },
  );
}

function registerSignIns(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/me/sign-ins",
    {
      config: { access: "staff" },
      schema: {
        ...{ tags, summary: "Where one is signed in, this browser first" },
        response: { 200: SignInsReply, ...refusals },
      },
    },
    async (request) => {
      const { staffId } = staffOf(request);
      const found = await database.inDirectory((tx) =>
        listSignIns(tx, { staffId, token: tokenOf(request) }),
      );
      const signIns = found.map(({ createdAt, seenAt, ...each }) => ({
        ...each,
        ...{ createdAt: createdAt.toISOString(), seenAt: seenAt.toISOString() },
      }));
      return { signIns, nextCursor: null, total: signIns.length };
    },
  );
  routes.delete(
    "/api/v1/me/sign-ins/:signInId",
    {
      config: { access: "staff" },
      schema: {
        ...{ tags, summary: "End one of one's sessions, at once", params: SignInParams },
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const { signInId: id } = request.params;
      if (await database.inDirectory((tx) => endSignIn(tx, { staffId, id })))
        return reply.code(204).send(null);
      throw refuse("not-found", "None of your sessions has this id. It may have ended.");
    },
  );
}
