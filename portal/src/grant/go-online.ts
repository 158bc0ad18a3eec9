import type { Guest } from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { findAsking } from "../details/ask.ts";
import type { Admitted } from "../page-context.ts";
import { hrefOf, leadOn, type Step, showOld } from "../step.ts";
import { grant } from "./grant.ts";
import { showBlocked, showCodeOver, showNoPolicy, showRefusal } from "./refusal.ts";

/**
 * Where a guest goes who has just signed in: to what the branch asks them, of their own will, else
 * online. `tell` hears the address before the browser does.
 */
export function goOnline(
  step: Step,
  guest: Pick<Guest, "id">,
  tell: (url: string) => void = () => {},
): FastifyReply {
  const { context, portal } = step;
  if (!context.admitted) return showOld(step, step.context.arrival.nasId);
  if (!findAsking(step, guest.id)) return handBack(step, context.admitted, tell);
  const url = hrefOf(portal, "/details", context);
  tell(url);
  return leadOn(step, url);
}

/** Grants, and sends the browser towards the NAS with a full navigation. */
export function handBack(
  step: Step,
  admitted: Admitted,
  tell: (url: string) => void = () => {},
): FastifyReply {
  const { context } = step;
  const granted = grant(step, admitted);
  if (granted.kind === "blocked") return showBlocked(step, granted.block);
  if (granted.kind === "no-policy") return showNoPolicy(step);
  if (granted.kind === "code-over") return showCodeOver(step, granted.codeEnd);
  if (granted.kind === "refused") return showRefusal(step, granted);
  if (granted.kind === "no-way-back") return showOld(step, context.arrival.nasId);
  tell(granted.way.url);
  return leadOn(step, granted.way.url);
}
