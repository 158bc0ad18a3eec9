import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { SESSION_COOKIE, setSessionCookie, staffOf } from "../../platform/session.ts";
import { addTenant } from "../tenants/index.ts";
import { greetBrowser } from "./browser-cookie.ts";
import { replaceGrants } from "./grant-queries.ts";
import { deleteSignIn, findLink, findSignIn, switchSignIn } from "./queries.ts";
import {
  FirstSignInBody,
  LinkParams,
  LinkReply,
  Session,
  SignInBody,
  SignUpBody,
  SignUpReply,
  SwitchTenantBody,
  TenantBody,
} from "./schema.ts";
import { authenticate, beginSession, describeSession } from "./sign-in.ts";
import { type Entrance, OWNER, signInFirst, signUp } from "./sign-up.ts";
import { visitorOf } from "./visitors.ts";

export const TAG = { name: "access", description: "Who signs in, and what they may do" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
/** Of one address and minute, beside the tries that are counted per e-mail. */
const DOOR_LIMIT = { rateLimit: { max: 60, timeWindow: "1 minute" } };

export function registerAccess(routes: Routes, context: Context): void {
  registerSession(routes, context);
  registerLinks(routes, context);
  registerSignUp(routes, context);
}

/** Hands the browser its session and answers with what it is now. */
async function admit(context: Context, reply: FastifyReply, token: string) {
  const before = tokenOf(reply.request);
  setSessionCookie(reply, context, token);
  return context.database.inDirectory(async (tx) => {
    // The browser forgets the session it had; whoever copied its token must not keep it.
    if (before !== "" && before !== token) await deleteSignIn(tx, before);
    const signIn = await findSignIn(tx, token);
    if (!signIn) throw new Error("A session that was just begun is not there.");
    return describeSession(tx, signIn, context);
  });
}

const entranceOf = (request: FastifyRequest, reply: FastifyReply): Entrance => ({
  ...{ visitor: visitorOf(request), reply },
});

export function tokenOf(request: FastifyRequest): string {
  return request.cookies[SESSION_COOKIE] ?? "";
}

function registerSession(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/session",
    {
      config: { access: "staff" },
      schema: { tags, summary: "Who is signed in", response: { 200: Session, ...refusals } },
    },
    (request) =>
      context.database.inDirectory((tx) => describeSession(tx, staffOf(request), context)),
  );
  routes.post(
    "/api/v1/session",
    {
      config: { access: "public", ...DOOR_LIMIT },
      schema: {
        tags,
        summary: "Sign in",
        body: SignInBody,
        response: { 200: Session, ...refusals },
      },
    },
    async (request, reply) => {
      const proved = await authenticate(context, request.body, request.ip);
      const visitor = visitorOf(request);
      const token = await context.database.inDirectory(async (tx) => {
        const { staffId } = proved;
        await greetBrowser(tx, context, { staffId, visitor, reply });
        return beginSession(tx, { ...proved, visitor });
      });
      return admit(context, reply, token);
    },
  );
  routes.delete(
    "/api/v1/session",
    {
      config: { access: "public" },
      schema: { tags, summary: "Sign out", response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await context.database.inDirectory((tx) => deleteSignIn(tx, tokenOf(request)));
      setSessionCookie(reply, context, null);
      return reply.code(204).send(null);
    },
  );
  routes.put(
    "/api/v1/session/tenant",
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "Look at another company one belongs to",
        body: SwitchTenantBody,
        response: { 200: Session, ...refusals },
      },
    },
    async (request, reply) => {
      const token = tokenOf(request);
      const { tenantId } = request.body;
      const isMember = await context.database.inDirectory((tx) =>
        switchSignIn(tx, token, tenantId),
      );
      if (!isMember) throw refuse("not-found", "You belong to no company with this id.");
      return admit(context, reply, token);
    },
  );
}

function registerLinks(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/first-sign-in/:token",
    {
      config: { access: "public", ...DOOR_LIMIT },
      schema: {
        tags,
        summary: "What a one-time link leads to",
        params: LinkParams,
        response: { 200: LinkReply, ...refusals },
      },
    },
    async (request) => {
      const { token } = request.params;
      const link = await context.database.inDirectory((tx) => findLink(tx, token));
      if (!link) throw refuse("not-found", "This link was used or is too old. Ask for a new one.");
      return { kind: link.kind, ...(link.tenantName && { tenantName: link.tenantName }) };
    },
  );
  routes.post(
    "/api/v1/first-sign-in",
    {
      config: { access: "public", ...DOOR_LIMIT },
      schema: {
        tags,
        summary: "Use a one-time link",
        body: FirstSignInBody,
        response: { 200: Session, ...refusals },
      },
    },
    async (request, reply) =>
      admit(context, reply, await signInFirst(context, request.body, entranceOf(request, reply))),
  );
}

function registerSignUp(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/sign-up",
    {
      config: { access: "public" },
      schema: {
        tags,
        summary: "Whether a stranger may make a company",
        response: { 200: SignUpReply },
      },
    },
    async () => ({ enabled: context.selfSignUp, byMail: context.sendsMail }),
  );
  routes.post(
    "/api/v1/sign-up",
    {
      config: { access: "public", ...DOOR_LIMIT },
      schema: {
        tags,
        summary: "Make a company and its first owner",
        body: SignUpBody,
        response: { 200: Session, ...refusals },
      },
    },
    async (request, reply) =>
      admit(context, reply, await signUp(context, request.body, entranceOf(request, reply))),
  );
  routes.post(
    "/api/v1/tenants",
    {
      config: { access: "staff", ...DOOR_LIMIT },
      schema: {
        tags,
        summary: "Make one company more",
        body: TenantBody,
        response: { 200: Session, ...refusals },
      },
    },
    async (request, reply) => {
      if (!context.selfSignUp)
        throw refuse("forbidden", "New companies are made by the operator here.");
      const { staffId } = staffOf(request);
      const token = tokenOf(request);
      await context.database.inDirectory(async (tx) => {
        const tenant = await addTenant(context.database, tx, request.body.name.trim());
        await replaceGrants(tenant, { staffId, grants: OWNER });
        await switchSignIn(tx, token, tenant.tenantId);
      });
      return admit(context, reply, token);
    },
  );
}
