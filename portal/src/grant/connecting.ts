import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Portal } from "../portal.ts";
import { forGuests, hrefOf, leadOn, type Step, showOld, showPage } from "../step.ts";
import { handBack } from "./go-online.ts";
import { actKeyOf, findWayBack } from "./grant.ts";
import type { LetInState } from "./let-in.ts";
import { findWayOnline } from "./online.ts";

/** How often the page asks whether the guest is in. */
const REFRESH_SECONDS = 2;
/**
 * Presses the button of a hand-back's form. No letter of it is one that a template would escape. A field
 * may be called "submit", and would stand in the way of the form's own.
 */
const SEND_SCRIPT = "HTMLFormElement.prototype.submit.call(document.forms[0])";
/** By it the content security policy knows that script from any other (CSP 3 §2.3.1). */
const SEND_SCRIPT_HASH = `sha256-${createHash("sha256").update(SEND_SCRIPT).digest("base64")}`;

/** The pages between the grant and "you're online", for a NAS that no link leads back to. */
export function addConnectingRoutes(app: FastifyInstance, portal: Portal): void {
  app.get("/hand-back", forGuests(portal, showForm));
  app.get("/connecting", forGuests(portal, showConnecting));
  app.post("/connecting", forGuests(portal, tryAgain));
}

/** The form that the browser posts to the NAS: by itself, or by one tap where scripts are off. */
function showForm(step: Step): FastifyReply {
  const { context, t } = step;
  const way = context.admitted && findWayBack(step, context.admitted);
  // A form is as short-lived as the ticket in it. The arrival may have a right to another.
  if (way?.handBack.kind !== "form")
    return findWayOnline(step)?.() ?? showOld(step, context.arrival.nasId);
  const { action, fields } = way.handBack;
  return showPage(step, {
    template: "hand-back",
    view: { action, fields: Object.entries(fields), script: SEND_SCRIPT },
    title: t("handBack.title"),
    path: "/hand-back",
    script: { hash: SEND_SCRIPT_HASH },
  });
}

/** The guest waits while the NAS is told, or asks, and goes on as soon as it has let them in. */
function showConnecting(step: Step): FastifyReply {
  const { context, portal, t } = step;
  const { admitted } = context;
  if (!admitted) return showOld(step, context.arrival.nasId);
  const state = portal.letIns.find(actKeyOf(step, admitted));
  if (state?.kind === "in") return leadOn(step, state.landingUrl);
  if (state?.kind !== "waiting") return showNotIn(step, state);
  const url = hrefOf(portal, "/connecting", context);
  return showPage(step, {
    template: "connecting",
    view: { url },
    title: t("connecting.title"),
    path: "/connecting",
    refresh: { seconds: REFRESH_SECONDS, url },
  });
}

/** Says what went wrong, and lets the guest try again. Null: the portal was started anew meanwhile. */
function showNotIn(step: Step, state: Exclude<LetInState, { kind: "waiting" | "in" }> | null) {
  const { t } = step;
  const kind = state?.kind ?? "too-long";
  return showPage(step, {
    template: "not-in",
    view: { heading: t(`connecting.${kind}.title`), text: t(`connecting.${kind}.text`) },
    title: t(`connecting.${kind}.title`),
    status: kind === "refused" ? 403 : 503,
    path: "/connecting",
  });
}

/** Grants anew, since limits and opening hours may have changed, and tells the NAS once more. */
function tryAgain(step: Step): FastifyReply {
  const { context, portal } = step;
  const { admitted } = context;
  if (!admitted) return showOld(step, context.arrival.nasId);
  const key = actKeyOf(step, admitted);
  const state = portal.letIns.find(key);
  // Tapped twice: the first tap has begun it already, or the guest is in by now.
  if (state?.kind === "waiting" || state?.kind === "in")
    return leadOn(step, hrefOf(portal, "/connecting", context));
  portal.handBacks.forget(key);
  return handBack(step, admitted);
}
