import { findCode } from "@foyer/branch-store";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepConsent } from "../../consent/keep.ts";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { handBack } from "../../grant/go-online.ts";
import { findWayBack } from "../../grant/grant.ts";
import type { AcceptedTerms, PageContext } from "../../page-context.ts";
import { showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import { forGuests, leadOn, type Step } from "../../step.ts";
import { signIn } from "../sign-in.ts";

/** On without a code: as the branch's usual way, or only when no code could be sent. */
export function addClickThroughRoutes(app: FastifyInstance, portal: Portal): void {
  app.post("/click-through", forGuests(portal, clickThrough));
}

function clickThrough(step: Step): FastifyReply {
  const { settings, context, t, field } = step;
  if (!isOffered(settings.signIn.clickThrough, context)) return showSignIn(step, {});
  const text = findTextFor(step, "terms");
  context.terms ??= findTickedTerms(step);
  if (context.terms === null && text) {
    const tick = readTick(field("terms"), text);
    if (tick.kind !== "ticked")
      return showSignIn(step, { typed: field("phone"), terms: t(`terms.fault.${tick.kind}`) });
    context.terms = tick.terms;
  }
  // Tapped twice: the first tap has registered this guest already.
  const again = findWayBack(step, { method: "click-through" });
  if (again !== null) return leadOn(step, again.url);
  context.admitted = { guestId: registerOnce(step), method: "click-through" };
  return handBack(step, context.admitted);
}

/** What was ticked for the code that could not be sent: a browser that was closed has lost it. */
function findTickedTerms({ context, portal }: Step): AcceptedTerms | null {
  const { codeId } = context;
  return codeId === null ? null : portal.store.read((tx) => findCode(tx, codeId)?.terms ?? null);
}

/** Who was refused and taps again is the same guest. */
function registerOnce(step: Step): string {
  const { context, portal } = step;
  const { terms, flowId, isSomebodyElse } = context;
  const key = `${flowId}/${isSomebodyElse}`;
  const known = portal.flowGuests.find(key);
  if (known !== null) return known;
  const guestId = portal.store.transaction((tx) => {
    const { id } = signIn(tx, step, { contact: null, termsVersion: terms?.version ?? null });
    if (terms)
      keepConsent(tx, context, {
        guestId: id,
        purpose: "terms",
        text: terms,
        way: "click-through",
      });
    return id;
  });
  portal.flowGuests.keep(key, guestId);
  return guestId;
}

function isOffered(setting: "always" | "plan-b" | "off", context: PageContext): boolean {
  return setting === "always" || (setting === "plan-b" && context.codeUnsent);
}
