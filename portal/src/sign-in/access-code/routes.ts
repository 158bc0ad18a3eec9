import { offersAccessCode } from "@foyer/blocks";
import { normaliseAccessCode } from "@foyer/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { comesFromNas } from "../../nas/index.ts";
import { showAccessCode, showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import { findFreshStart, forGuests, type Step, showPage, type Visit } from "../../step.ts";
import { enterAccessCode } from "./enter.ts";
import { spell } from "./rules.ts";

/** Sign-in by a code that was printed or handed over. */
export function addAccessCodeRoutes(app: FastifyInstance, portal: Portal): void {
  app.get("/access-code", forGuests(portal, showField));
  app.post("/access-code", forGuests(portal, enterAccessCode));
}

/** The field alone: for a guest who is known, and would go online otherwise. */
function showField(step: Step): FastifyReply {
  return offersAccessCode(step.settings) ? showAccessCode(step) : showSignIn(step, {});
}

/**
 * The link of a printed code, at the portal's own address: keeps the code for this browser's way
 * through the NAS, and signs nobody in. Null when there is no code in the link to be kept.
 */
export function showScanned(visit: Visit, request: FastifyRequest): FastifyReply | null {
  const { settings, portal, remoteAddress, t } = visit;
  const { code: typed } = request.query as Record<string, unknown>;
  const code = typeof typed === "string" ? normaliseAccessCode(typed) : null;
  if (!settings || code === null || !offersAccessCode(settings)) return null;
  // Behind a NAS that translates addresses it would be kept for every guest there.
  const isKept = !settings.nas.some((nas) => comesFromNas(nas, remoteAddress));
  if (isKept) portal.scannedCodes.keep(remoteAddress, code);
  const view = {
    heading: t("scanned.title", { code: spell(code) }),
    text: t(isKept ? "scanned.text" : "scanned.textUnkept"),
    action: { href: findFreshStart(settings.nas, null), label: t("scanned.go") },
    hint: t("scanned.hint"),
  };
  return showPage(visit, { template: "notice", view, title: t("accessCode.label"), path: "/" });
}
