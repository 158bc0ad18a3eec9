import { offersAccessCode } from "@foyer/blocks";
import {
  type AccessCodeUse,
  signInGuest,
  type Transaction,
  useAccessCode,
} from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { timeIn } from "../../clock-time.ts";
import { keepConsent } from "../../consent/keep.ts";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { handBack } from "../../grant/go-online.ts";
import { findWayBack } from "../../grant/grant.ts";
import { comesFromNas } from "../../nas/index.ts";
import { type AcceptedTerms, limitedAs } from "../../page-context.ts";
import { showSignIn } from "../../pages/first.ts";
import { leadOn, type Step } from "../../step.ts";
import { explain, findTypingFault } from "./rules.ts";

/** The guest typed an access code. A right one leads online for what is left of it. */
export async function enterAccessCode(step: Step): Promise<FastifyReply> {
  const { settings, context, portal, t, field } = step;
  if (!offersAccessCode(settings)) return showSignIn(step, {});
  const fault = findTypingFault(field("accessCode"));
  const text = findTextFor(step, "terms");
  const tick = text ? readTick(field("terms"), text) : null;
  if (fault || (tick && tick.kind !== "ticked"))
    return showSignIn(step, {
      typed: field("phone"),
      accessCode: fault && t(fault),
      terms: tick && tick.kind !== "ticked" ? t(`terms.fault.${tick.kind}`) : null,
    });
  // Tapped twice: the first tap has used the code already.
  const again = findWayBack(step, { method: "access-code" });
  if (again !== null) return leadOn(step, again.url);
  const use = portal.store.transaction((tx) => spend(tx, step, tick?.terms ?? null));
  const { nasId } = context.arrival;
  const outcome = use.kind === "granted" ? use.kind : use.reason;
  portal.log.info({ nasId, deviceId: context.deviceId, outcome }, "access code");
  if (use.kind === "refused")
    portal.doorNotes.note(context, {
      ...{ asked: "access-code", answer: "refused", reason: `access-code-${use.reason}` },
    });
  if (use.kind === "refused") {
    if (use.reason === "unknown") await portal.beforeWrongAnswer();
    const time = use.validFrom ? timeIn(step)(use.validFrom) : "";
    return showSignIn(step, {
      typed: field("phone"),
      accessCode: t(explain(use.reason), { time }),
    });
  }
  const { codeId: accessCodeId, guestId, policyId, endsAt } = use;
  const by = { method: "access-code" as const, accessCodeId };
  context.admitted = { guestId, ...by, policyId, endsAt: endsAt.getTime() };
  return handBack(step, context.admitted);
}

/** One transaction: the use is counted, its guest made and their tick kept, or none of it. */
function spend(tx: Transaction, step: Step, terms: AcceptedTerms | null): AccessCodeUse {
  const { context, field } = step;
  const { deviceId, arrival, knownGuestId } = context;
  const use = useAccessCode(tx, {
    code: field("accessCode"),
    deviceId,
    nasId: arrival.nasId,
    triedBy: triedByOf(step),
    guestOf: () => knownGuestId ?? registerHolder(tx, step, terms),
  });
  if (use.kind === "refused") return use;
  const guestId = knownGuestId ?? use.guestId;
  if (terms)
    keepConsent(tx, context, { guestId, purpose: "terms", text: terms, way: "access-code" });
  return { ...use, guestId };
}

/**
 * Whoever holds the code, and nobody else: the device is not linked to them, or it would be known
 * again, and let in without a code, when its minutes are over.
 */
function registerHolder(tx: Transaction, step: Step, terms: AcceptedTerms | null): string {
  const { context, language } = step;
  const guest = signInGuest(tx, {
    deviceId: context.deviceId,
    nasId: context.arrival.nasId,
    language,
    details: {},
    termsVersion: terms?.version ?? null,
    phone: null,
    proved: false,
  });
  return guest.id;
}

/** A device that was not proved may call itself by any MAC: its address is what it cannot choose. */
function triedByOf({ context, nas, remoteAddress }: Step): string {
  // Behind a NAS that translates addresses all guests have one.
  const isApart = context.proof === null && !comesFromNas(nas, remoteAddress);
  return isApart ? `@${limitedAs(context)}` : context.arrival.mac;
}
