import { findGuest } from "@foyer/branch-store";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepConsent } from "../../consent/keep.ts";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { goOnline } from "../../grant/go-online.ts";
import { hasAgreed, showFirst, showReturning, showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import { forGuests, type Step, speakAnew } from "../../step.ts";

/** A device that was proved to be a guest's: one tap. */
export function addReturningRoutes(app: FastifyInstance, portal: Portal): void {
  app.post("/returning", forGuests(portal, comeBack));
  app.post("/not-me", forGuests(portal, notMe));
}

function comeBack(step: Step): FastifyReply {
  const { portal, context, t, field } = step;
  const { knownGuestId } = context;
  const guest =
    knownGuestId === null ? null : portal.store.read((tx) => findGuest(tx, knownGuestId));
  if (!guest) return showSignIn(step, {});
  const text = findTextFor(step, "terms");
  if (text && !hasAgreed(step, guest.id, text.version)) {
    const tick = readTick(field("terms"), text);
    if (tick.kind !== "ticked") return showReturning(step, guest, t(`terms.fault.${tick.kind}`));
    portal.store.transaction((tx) =>
      keepConsent(tx, context, {
        guestId: guest.id,
        purpose: "terms",
        text: tick.terms,
        way: "returning",
      }),
    );
  }
  context.admitted = { guestId: guest.id, method: "returning" };
  return goOnline(step, guest);
}

/** The device has changed hands, or its MAC has: whoever holds it now signs in as themselves. */
function notMe(step: Step): FastifyReply {
  const { context } = step;
  Object.assign(context, { knownGuestId: null, isSomebodyElse: true });
  Object.assign(context, { usualLanguage: null, askedLanguage: null });
  // Their own code may wait already: the sheet was closed while they read the message.
  return showFirst(speakAnew(step));
}
