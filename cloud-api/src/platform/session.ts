import { createHash, randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context, Routes } from "../feature.ts";
import type { Doer } from "./audit.ts";
import { findRecord } from "./audit-rules.ts";
import { openBoxDoor, registerContentCheck } from "./box-calls.ts";
import type { TenantEntry } from "./db.ts";
import { refuse } from "./errors.ts";
import { countKeyCalls, KEY_CALLS_PER_MINUTE_MAX, type KeyLimits } from "./key-limits.ts";
import {
  doesSeeMembers,
  findReach,
  type Grant,
  joinScopes,
  type Reach,
  seesWithin,
} from "./rights.ts";

/** A person of the staff who is signed in, and the tenant they are looking at. */
export type SignIn = {
  staffId: string;
  /** Null for somebody who belongs to no tenant (any more). */
  tenantId: string | null;
  /** What they may do there, and where. */
  grants: readonly Grant[];
  /** A program that calls by an API key: `staffId` is the key's. */
  isKey?: true;
  /** Runs this Foyer, beside what they are in companies. */
  isOperator?: boolean;
  /** The tenant lets nobody work who signs in without a second factor: they hold nothing there yet. */
  needsSecondFactor?: boolean;
  /** Whether they sign in with two steps. */
  hasSecondFactor?: boolean;
};

/** A box, known by its key. */
export type BoxIdentity = { tenantId: string; branchId: string; boxId: string };

export type BoxKey = BoxIdentity & { publicKey: Buffer; addedAt: Date };

/** Members who hold a permission; where they do not for the whole tenant, its data is cut to it. */
export type Permitted = {
  permission: string;
  /** One over customers that they have to hold as well, at least as far as this one reaches. */
  beside?: string;
  /** The parameter of the path that names the customer whom the route acts on. */
  customer?: string;
};

/**
 * Who may call a route: anybody; whoever is signed in; whoever runs this Foyer; any member of the entered tenant; members
 * who hold a permission; a box; or what a code will make one. Each route under /api/v1 and /api/box says it.
 */
export type Access = "public" | "staff" | "operator" | "member" | "box" | "new-box" | Permitted;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    signIn: SignIn | null;
    /** The tenant as far as the rights that the route asks for reach. */
    tenant: TenantEntry | null;
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
  app.decorateRequest("tenant", null);
  app.decorateRequest("box", null);
  const limits = countKeyCalls();
  const findCallingBox = openBoxDoor(context);
  app.addHook("onRoute", ({ url, method, config }) => {
    const access = (config as { access?: Access } | undefined)?.access;
    if (/^\/api\/(v1|box)\b/.test(url) && !access)
      throw new Error(`${url} does not say who may call it.`);
    if (typeof access === "object") checkDeclaration({ url, method, access }, context);
  });
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
    const key = readBearer(request);
    // A key is no cookie: no page of another site can have it sent along.
    if (key === null && UNSAFE_METHODS.has(request.method)) checkOrigin(request, context);
    request.signIn = key ? await findKey(key, context, limits) : await findSignIn(request, context);
    if (access !== "public") request.tenant = await enterAsFarAs(request, access, context);
  });
  registerContentCheck(app, context);
}

type Declared = { url: string; method: string | string[]; access: Permitted };

/** What would let too much through for want of a word is refused at start-up. */
function checkDeclaration({ url, method, access }: Declared, { permissions }: Context): void {
  const permission = permissions.get(access.permission);
  const asked = [access.permission, ...(access.beside === undefined ? [] : [access.beside])];
  const missing = asked.find((name) => !permissions.has(name));
  if (!permission || missing !== undefined)
    throw new Error(`${url} asks for the permission ${missing}, which no feature gives.`);
  const changes = [method].flat().some((each) => UNSAFE_METHODS.has(each));
  if (permission.covers === "customers" && changes && access.customer === undefined)
    throw new Error(
      `${url} acts on customers, and does not say which of its parameters names one.`,
    );
}

/** The key that a program sends; a request with one is nobody's who has a cookie beside it. */
function readBearer({ headers: { authorization } }: FastifyRequest): string | null {
  return /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? null;
}

async function findKey(
  key: string,
  { database, hooks, clock }: Context,
  limits: KeyLimits,
): Promise<SignIn> {
  const found = await database.inDirectory(
    async (tx) => (await hooks.findApiKey?.(tx, key)) ?? null,
  );
  if (!found) throw refuse("unauthorized", "This API key is unknown, revoked or over.");
  const retryAfterSeconds = limits.take(found.staffId, clock().getTime());
  if (retryAfterSeconds !== null)
    throw refuse("busy", `A key may ask ${KEY_CALLS_PER_MINUTE_MAX} times a minute.`, {
      retryAfterSeconds,
    });
  return found;
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

/** The tenant as far as another permission reaches, for what a route reads beside what it is for. */
export async function enterBeside(
  request: FastifyRequest,
  permission: string,
  context: Context,
): Promise<TenantEntry> {
  const entry = await enterAsFarAs(request, { permission }, context);
  if (entry === null) throw new Error(`${permission} enters no tenant.`);
  return entry;
}

/** Throws unless they may; gives the tenant as far as they may, or null where none is entered. */
async function enterAsFarAs(
  request: FastifyRequest,
  access: "staff" | "operator" | "member" | Permitted,
  context: Context,
): Promise<TenantEntry | null> {
  const { signIn } = request;
  if (!signIn) throw refuse("unauthorized", "Sign in first.");
  const isOfNoTenant = access === "staff" || access === "operator";
  if (isOfNoTenant && signIn.isKey)
    throw refuse("forbidden", "This is about one's own account, and an API key has none.");
  if (access === "operator" && !signIn.isOperator)
    throw refuse("forbidden", "This is for whoever runs this Foyer.");
  if (access === "operator" && !signIn.hasSecondFactor)
    throw refuse("forbidden", "Whoever runs this Foyer signs in with two steps. Set it up first.");
  if (isOfNoTenant) return null;
  const { grants, tenantId, needsSecondFactor } = signIn;
  if (needsSecondFactor)
    throw refuse("forbidden", "This company asks for two-step sign-in. Set it up first.");
  if (!tenantId || grants.length === 0)
    throw refuse(
      "forbidden",
      "You do not belong to this company. Choose one of yours, or ask for an invitation.",
    );
  const reach =
    access === "member"
      ? joinScopes(grants)
      : findReach(grants, access.permission, context.permissions);
  const beside = typeof access === "object" ? access.beside : undefined;
  const isBeside = (within: Reach) =>
    beside === undefined || seesWithin(findReach(grants, beside, context.permissions), within);
  if (!reach || !isBeside(reach)) {
    const asked = typeof access === "object" ? access.permission : "";
    throw refuse("forbidden", `Your role may not do this: ${(reach && beside) ?? asked}.`);
  }
  const branchIds = await listReached(reach, tenantId, context);
  const isChange = UNSAFE_METHODS.has(request.method);
  const seesMembers = doesSeeMembers(reach);
  if (branchIds) {
    const tenant = { tenantId, branchIds };
    const acted = typeof access === "object" ? access.customer : undefined;
    const read = isChange || seesMembers ? undefined : findCustomerParameter(request);
    if (acted !== undefined) await refuseStranger(request, { tenant, parameter: acted }, context);
    else if (read !== undefined)
      await refuseStranger(request, { tenant, parameter: read }, context);
  }
  if (!isChange) return branchIds ? { tenantId, branchIds, seesMembers } : tenantId;
  return { tenantId, branchIds, seesMembers, doer: findDoer(request, signIn) };
}

/** Whatever changes something in a company says who does it: the audit log tells of it. */
function findDoer(
  { method, routeOptions, params }: FastifyRequest,
  { staffId, isKey }: SignIn,
): Doer {
  const { url = "" } = routeOptions;
  return {
    actor: { kind: isKey ? "api-key" : "staff", id: staffId },
    action: `${method} ${url}`,
    record: findRecord(url, params as Record<string, string>),
    isTold: false,
  };
}

/**
 * The branches of a reach, as they are now: one that changes its brand changes hands at once. Null:
 * all of them.
 */
export function listReached(
  reach: Reach,
  tenantId: string,
  { database, hooks }: Context,
): Promise<string[] | null> {
  if (reach.kind === "tenant") return Promise.resolve(null);
  return database.readTenant(
    tenantId,
    async (tx) => (await hooks.listBranchesWithin?.(tx, reach)) ?? [],
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The parameter of a path that names whose record it opens; undefined: it opens nobody's. */
function findCustomerParameter({ routeOptions: { url = "" } }: FastifyRequest): string | undefined {
  return /\/customers\/:(\w+)/.exec(url)?.[1];
}

/** Whoever is bound to branches acts on the customers known there, and on nobody else. */
async function refuseStranger(
  request: FastifyRequest,
  { tenant, parameter }: { tenant: TenantEntry; parameter: string },
  { database, hooks }: Context,
): Promise<void> {
  const customerId = (request.params as Record<string, string>)[parameter] ?? "";
  const isKnown =
    UUID.test(customerId) &&
    (await database.readTenant(
      tenant,
      async (tx) => (await hooks.isCustomerLinked?.(tx, customerId)) ?? false,
    ));
  if (isKnown) return;
  // That there is somebody by this id is no news of theirs.
  if (request.method === "GET") throw refuse("not-found", "There is no such customer.");
  throw refuse("forbidden", "This customer was never at a branch that your role covers.");
}

/** Who is signed in, in a route that only lets staff in. */
export function staffOf(request: FastifyRequest): SignIn {
  if (request.signIn) return request.signIn;
  throw new Error(`${request.routeOptions.url} lets callers in who are not signed in.`);
}

/** The tenant a member is looking at, as far as they may, in a route that only lets members in. */
export function tenantOf(request: FastifyRequest): TenantEntry {
  if (request.tenant) return request.tenant;
  throw new Error(`${request.routeOptions.url} lets callers in who are in no tenant.`);
}

/**
 * The whole of it, for a change at a branch that the route has found within reach and that asks what
 * others know: what a coupon of another branch is good for, or whether one was given there already.
 */
export function unboundTenantOf(request: FastifyRequest): TenantEntry {
  const tenant = tenantOf(request);
  return typeof tenant === "string" ? tenant : { ...tenant, branchIds: null };
}

/**
 * The whole of it, for a change of the customer whom the route names: their record is worked out of
 * what they told anywhere, and the route has made sure that whoever changes it may.
 */
export function wholeTenantOf(request: FastifyRequest): TenantEntry {
  const { access } = request.routeOptions.config;
  if (typeof access !== "object" || access.customer === undefined)
    throw new Error(`${request.routeOptions.url} does not say whom it changes.`);
  const tenant = tenantOf(request);
  return typeof tenant === "string" ? tenant : { ...tenant, branchIds: null };
}

/** The tenant for a file of people that leaves it: nothing is changed, and who took it is told all the same. */
export function takerOf(request: FastifyRequest): TenantEntry {
  const tenant = tenantOf(request);
  const entry = typeof tenant === "string" ? { tenantId: tenant, branchIds: null } : tenant;
  return { ...entry, doer: findDoer(request, staffOf(request)) };
}

/** The id alone, for what does not enter the tenant. */
export function tenantIdOf(request: FastifyRequest): string {
  const tenant = tenantOf(request);
  return typeof tenant === "string" ? tenant : tenant.tenantId;
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
