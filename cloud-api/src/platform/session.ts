import { createHash, randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context, Role, Routes } from "../feature.ts";
import { openBoxDoor, registerContentCheck } from "./box-calls.ts";
import { refuse } from "./errors.ts";

/** A person of the staff who is signed in, and the tenant they are looking at. */
export type SignIn = {
  staffId: string;
  /** Null for somebody who belongs to no tenant (any more). */
  tenantId: string | null;
  role: Role | null;
};

/** A box, known by its key. */
export type BoxIdentity = { tenantId: string; branchId: string; boxId: string };

export type BoxKey = BoxIdentity & { publicKey: Buffer; addedAt: Date };

/**
 * Who may call a route: anybody; whoever is signed in; any member of the entered tenant; members
 * whose role holds a permission; a box; or what a code will make one. Each route under /api/v1 and /api/box says it.
 */
export type Access = "public" | "staff" | "member" | "box" | "new-box" | { permission: string };

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    signIn: SignIn | null;
    box: BoxKey | null;
  }
}

export const SESSION_COOKIE = "foyer_session";
export const SESSION_DAYS = 14;
const UNSAFE_METHODS = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** 256 random bits: a session or a one-time link. Only its hash is kept. */
export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A token has 256 random bits, so a plain hash cannot be searched backwards. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Checks each call to the API: its origin, who is calling, and whether they may. */
export function registerSessions(app: Routes, context: Context): void {
  app.decorateRequest("signIn", null);
  app.decorateRequest("box", null);
  app.addHook("onRoute", ({ url, config }) => {
    const access = (config as { access?: Access } | undefined)?.access;
    if (/^\/api\/(v1|box)\b/.test(url) && !access)
      throw new Error(`${url} does not say who may call it.`);
    if (typeof access === "object" && !context.permissions.has(access.permission))
      throw new Error(
        `${url} asks for the permission ${access.permission}, which no feature gives.`,
      );
  });
  const findCallingBox = openBoxDoor(context);
  app.addHook("onRequest", async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (!access) return;
    // Answers are about people and differ with who asks: no cache on the way keeps them.
    reply.header("cache-control", "no-store");
    if (access === "box") {
      request.box = await findCallingBox(request, reply);
      return;
    }
    // It has no session that a page of another site could use.
    if (access === "new-box") return;
    if (UNSAFE_METHODS.has(request.method)) checkOrigin(request, context);
    request.signIn = await findSignIn(request, context);
    if (access !== "public") checkAccess(request, access, context);
  });
  registerContentCheck(app);
}

/** A page of another site can send our cookie along, but it cannot choose the Origin it is at. */
function checkOrigin(request: FastifyRequest, context: Context): void {
  const { origin } = request.headers;
  if (origin === context.origin()) return;
  throw refuse("forbidden", `Requests that change something must come from ${context.origin()}.`);
}

async function findSignIn(request: FastifyRequest, context: Context): Promise<SignIn | null> {
  const token = request.cookies[SESSION_COOKIE];
  const find = context.hooks.findSignIn;
  if (!token || !find) return null;
  return context.database.inDirectory((tx) => find(tx, token));
}

function checkAccess(
  request: FastifyRequest,
  access: "staff" | "member" | { permission: string },
  context: Context,
): void {
  const { signIn } = request;
  if (!signIn) throw refuse("unauthorized", "Sign in first.");
  if (access === "staff") return;
  const { role, tenantId } = signIn;
  if (!role || !tenantId)
    throw refuse(
      "forbidden",
      "You do not belong to this company. Choose one of yours, or ask for an invitation.",
    );
  if (access === "member" || holds(context, role, access.permission)) return;
  throw refuse("forbidden", `Your role (${role}) may not do this: ${access.permission}.`);
}

function holds(context: Context, role: Role, permission: string): boolean {
  return role === "owner" || (context.permissions.get(permission)?.includes(role) ?? false);
}

/** Who is signed in, in a route that only lets staff in. */
export function staffOf(request: FastifyRequest): SignIn {
  if (request.signIn) return request.signIn;
  throw new Error(`${request.routeOptions.url} lets callers in who are not signed in.`);
}

/** The tenant a member is looking at, in a route that only lets members in. */
export function tenantOf(request: FastifyRequest): string {
  const { tenantId } = staffOf(request);
  if (tenantId) return tenantId;
  throw new Error(`${request.routeOptions.url} lets callers in who are in no tenant.`);
}

/** The box that calls, in a route that only lets boxes in. */
export function boxOf(request: FastifyRequest): BoxKey {
  if (request.box) return request.box;
  throw new Error(`${request.routeOptions.url} lets callers in that are no boxes.`);
}

/** Gives the browser its session, or takes it away (null). */
export function setSessionCookie(
  reply: FastifyReply,
  context: Context,
  token: string | null,
): void {
  reply.setCookie(SESSION_COOKIE, token ?? "", {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: context.origin().startsWith("https:"),
    maxAge: token ? SESSION_DAYS * 24 * 60 * 60 : 0,
  });
}
