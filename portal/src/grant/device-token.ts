import { issueDeviceToken, keepsDeviceToken } from "@foyer/branch-store";
import type { FastifyRequest } from "fastify";
import type { Step } from "../step.ts";

/**
 * Each branch has a cookie of its own. Where a company calls its portals the same, as 10.1.0.2 or by one
 * name, a browser shows every branch what any of them gave: one would put out the other's.
 */
const cookieOf = (branchId: string) => `${COOKIE}-${branchId}`;
const COOKIE = "foyer-device";
/** Each costs a look into the store, and a hostile browser brings what it likes. */
const OTHER_TOKENS_MAX = 10;
const DAY_SECONDS = 24 * 60 * 60;

/** The token of this branch that a browser brought, or null. */
export function findDeviceToken(request: FastifyRequest, branchId: string): string | null {
  const { cookie } = request.headers;
  if (!cookie) return null;
  const cookies = request.server.parseCookie(cookie);
  // The bare name: a browser that was given it by a release that knew no other.
  return cookies[cookieOf(branchId)] || cookies[COOKIE] || null;
}

/** The tokens of other branches, where their portals are called the same as this one. */
export function listOtherTokens(request: FastifyRequest, branchId: string): string[] {
  const { cookie } = request.headers;
  if (!cookie) return [];
  return Object.entries(request.server.parseCookie(cookie))
    .flatMap(([name, token]) =>
      name.startsWith(`${COOKIE}-`) && name !== cookieOf(branchId) && token ? [token] : [],
    )
    .slice(0, OTHER_TOKENS_MAX);
}

/**
 * Whether a browser keeps what it is given. The sign-in sheets of phones do not: iOS's says no
 * "Safari" (the reference's C.2), Android's is a WebView and says "wv".
 */
export function keepsCookies(userAgent: string): boolean {
  return /Safari\/|Firefox\/|Edg\//.test(userAgent) && !/; wv\)/.test(userAgent);
}

/** Whether this step's browser is one to give a token to: the store is written for it. */
export const mayKeepToken = ({ context, reply }: Step): boolean =>
  context.proof !== null && keepsCookies(reply.request.headers["user-agent"] ?? "");

/** Gives a real browser a token, so that its guest is known again though the MAC may change. */
export function giveDeviceToken(step: Step, request: FastifyRequest): void {
  const { portal, context, settings, reply } = step;
  const { deviceId } = context;
  if (!mayKeepToken(step)) return;
  const { id: branchId } = settings.branch;
  const brought = findDeviceToken(request, branchId);
  const token = portal.store.transaction((tx) => {
    if (brought !== null && keepsDeviceToken(tx, { deviceId, token: brought })) return null;
    return issueDeviceToken(tx, deviceId);
  });
  if (token === null) return;
  reply.setCookie(cookieOf(branchId), token, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: portal.originOf().startsWith("https:"),
    maxAge: settings.signIn.recogniseDays * DAY_SECONDS,
  });
}
