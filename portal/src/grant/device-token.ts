import { findDeviceByToken, issueDeviceToken } from "@foyer/branch-store";
import type { FastifyRequest } from "fastify";
import type { Step } from "../step.ts";

export const DEVICE_COOKIE = "foyer-device";
const DAY_SECONDS = 24 * 60 * 60;

/** The device token that a browser brought, or null. */
export function findDeviceToken(request: FastifyRequest): string | null {
  const { cookie } = request.headers;
  return (cookie && request.server.parseCookie(cookie)[DEVICE_COOKIE]) || null;
}

/**
 * Whether a browser keeps what it is given. The sign-in sheets of phones do not: iOS's says no
 * "Safari" (the reference's C.2), Android's is a WebView and says "wv".
 */
export function keepsCookies(userAgent: string): boolean {
  return /Safari\/|Firefox\/|Edg\//.test(userAgent) && !/; wv\)/.test(userAgent);
}

/** Gives a real browser a token, so that its guest is known again though the MAC may change. */
export function giveDeviceToken(step: Step, request: FastifyRequest): void {
  const { portal, context, settings, reply } = step;
  const { deviceId, proof } = context;
  if (proof === null || !keepsCookies(request.headers["user-agent"] ?? "")) return;
  const brought = findDeviceToken(request);
  const token = portal.store.transaction((tx) => {
    if (brought !== null && findDeviceByToken(tx, brought)?.id === deviceId) return null;
    return issueDeviceToken(tx, deviceId);
  });
  if (token === null) return;
  reply.setCookie(DEVICE_COOKIE, token, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: portal.originOf().startsWith("https:"),
    maxAge: settings.signIn.recogniseDays * DAY_SECONDS,
  });
}
