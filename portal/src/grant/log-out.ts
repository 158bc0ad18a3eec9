import { presumeSessionOver } from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { hrefOf, leadOn, type Step } from "../step.ts";
import { listOwnSessions } from "./own-sessions.ts";

/** Whether this NAS lets a guest out at their own wish. */
export function offersLogOut({ portal, nas, context }: Step): boolean {
  const adapter = portal.adapterOf(nas);
  return adapter.logOutUrl(context.arrival, nas) !== null || adapter.putOut !== undefined;
}

/**
 * Ends the session where nobody else would tell of its end, and leads to the NAS's own log-out, or has
 * it put the guest out.
 */
export async function logOut(step: Step): Promise<FastifyReply> {
  const { context, portal, nas } = step;
  const { arrival } = context;
  const adapter = portal.adapterOf(nas);
  const own = listOwnSessions(step);
  if (adapter.accounting === "portal")
    portal.store.transaction((tx) => {
      for (const { acctSessionId } of own)
        presumeSessionOver(tx, {
          ...{ nasId: nas.id, acctSessionId, mac: arrival.mac },
          ...{ at: tx.now, cause: "User-Request" },
        });
    });
  portal.log.info({ nasId: nas.id, deviceId: context.deviceId }, "log-out");
  if (own.length > 0) await putOut(step);
  const url = adapter.logOutUrl(arrival, nas);
  if (url !== null) return leadOn(step, url);
  const out = { ...context, arrival: { ...arrival, state: "logged-off" as const }, admitted: null };
  return leadOn(step, hrefOf(portal, "/signed-out", out));
}

/** A controller that does not answer now is told again by the watch, while it lets the guest through. */
async function putOut({ portal, nas, context }: Step): Promise<void> {
  const told = await portal.adapterOf(nas).putOut?.(context.arrival, nas, portal.nasTools);
  if (told && "reason" in told)
    portal.log.warn({ nasId: nas.id, reason: told.reason }, "controller does not put out");
}
