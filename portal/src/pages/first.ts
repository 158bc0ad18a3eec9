import {
  findGuest,
  findPendingCodeByDevice,
  findVisitNumber,
  type Guest,
  listConsents,
} from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { findTextFor, viewTick } from "../consent/view.ts";
import { findMemberHref } from "../member/offer.ts";
import { codeKeyOf } from "../page-context.ts";
import { isOnlyWayIn, offersAccessCode } from "../sign-in/access-code/rules.ts";
import { showCode, showMoving } from "../sign-in/phone/code-page.ts";
import { phoneExampleOf } from "../sign-in/phone/number.ts";
import { hasTriesLeft } from "../sign-in/phone/rules.ts";
import { hrefOf, type Step, showPage } from "../step.ts";
import { renderWelcome } from "./welcome.ts";

export type FirstPageFaults = {
  /** What the guest typed, to be corrected. */
  typed?: string;
  phone?: string | null;
  accessCode?: string | null;
  terms?: string | null;
};

/**
 * The page an arrival leads to: a known guest's greeting, the code field for somebody whose code
 * waits, else the way in.
 */
export function showFirst(step: Step): FastifyReply {
  const { context, portal, settings } = step;
  const found = portal.store.read((tx) => {
    const guest = context.knownGuestId === null ? null : findGuest(tx, context.knownGuestId);
    if (guest) return { guest, visitNumber: findVisitNumber(tx, guest.id) };
    if (context.wantsOtherNumber) return { code: null };
    return { code: findPendingCodeByDevice(tx, codeKeyOf(context, step.nas)) };
  });
  if (found.guest) return showReturning(step, found.guest, found.visitNumber);
  const { code } = found;
  const phone = settings.signIn.phone;
  if (code && code.deliveries > 0 && phone.enabled && hasTriesLeft(code, phone)) {
    context.codeId = code.id;
    context.phone = code.phone;
    return portal.codeDesk.isMoving(code) ? showMoving(step, code) : showCode(step, { code });
  }
  return showSignIn(step, {});
}

/** The way in for somebody who is not known, or not proved to be. */
export function showSignIn(step: Step, faults: FirstPageFaults): FastifyReply {
  const { settings, context, t } = step;
  const { phone, clickThrough } = settings.signIn;
  const terms = findTextFor(step, "terms");
  if (offersAccessCode(settings) && isOnlyWayIn(settings.signIn))
    return showAccessCode(step, faults);
  const isFaulty = Boolean(faults.phone || faults.terms || faults.accessCode);
  const welcome = renderWelcome(step, null);
  const ownLead = t(phone.enabled ? "first.lead" : "first.leadClickThrough");
  const view = {
    blocks: welcome.html,
    blockStyle: welcome.style,
    visitNumber: null,
    lead: isFaulty || welcome.isOwn ? null : ownLead,
    action: phone.enabled ? "/phone" : "/click-through",
    submit: t(phone.enabled ? "phone.submit" : "returning.submit"),
    phone: phone.enabled
      ? {
          value: faults.typed ?? "",
          example: phoneExampleOf(settings.branch.country),
          fault: faults.phone ?? null,
        }
      : null,
    texts: terms ? [viewTick(step, terms, faults.terms ?? null)] : [],
    accessCode: offersAccessCode(settings) ? viewAccessCode(step, faults, false) : null,
    accessCodePage: null,
    clickThrough: phone.enabled && clickThrough === "always",
    notMe: false,
    member: null,
  };
  return showPage(
    { ...step, context },
    {
      template: "first",
      view,
      title: settings.branch.name,
      status: isFaulty ? 422 : 200,
      path: "/start",
    },
  );
}

/** The field for an access code and nothing else: where that is the only way in, or was asked for. */
export function showAccessCode(step: Step, faults: FirstPageFaults = {}): FastifyReply {
  const { settings, t } = step;
  const terms = findTextFor(step, "terms");
  const isFaulty = Boolean(faults.terms || faults.accessCode);
  const welcome = renderWelcome(step, null);
  const view = {
    blocks: welcome.html,
    blockStyle: welcome.style,
    visitNumber: null,
    lead: isFaulty || welcome.isOwn ? null : t("accessCode.lead"),
    action: "/access-code",
    submit: t("accessCode.submit"),
    phone: null,
    texts: terms ? [viewTick(step, terms, faults.terms ?? null)] : [],
    accessCode: viewAccessCode(step, faults, true),
    accessCodePage: null,
    clickThrough: false,
    notMe: false,
  };
  const status = isFaulty ? 422 : 200;
  return showPage(step, {
    template: "first",
    view,
    title: settings.branch.name,
    status,
    path: "/access-code",
  });
}

function viewAccessCode({ field, context }: Step, faults: FirstPageFaults, isFirst: boolean) {
  const value = field("accessCode") || (context.accessCode ?? "");
  return { isFirst, value, fault: faults.accessCode ?? null };
}

/** The greeting of a guest who was proved to be here again: one tap, and they are online. */
export function showReturning(
  step: Step,
  guest: Guest,
  visitNumber: number,
  termsFault: string | null = null,
): FastifyReply {
  const { settings, t } = step;
  const terms = findTextFor(step, "terms");
  const mustAgree = terms !== null && !hasAgreed(step, guest.id, terms.version);
  const welcome = renderWelcome(step, guest);
  const view = {
    blocks: welcome.html,
    blockStyle: welcome.style,
    // The branch's own page says it where it wants to; the first one's number says nothing.
    visitNumber: visitNumber > 1 && !welcome.isOwn ? visitNumber : null,
    lead: welcome.isOwn ? null : t("returning.lead"),
    action: "/returning",
    submit: t("returning.submit"),
    phone: null,
    texts: mustAgree ? [viewTick(step, terms, termsFault)] : [],
    accessCode: null,
    accessCodePage: offersAccessCode(settings)
      ? hrefOf(step.portal, "/access-code", step.context)
      : null,
    clickThrough: false,
    notMe: true,
    member: findMemberHref(step),
  };
  return showPage(step, {
    template: "first",
    view,
    title: settings.branch.name,
    status: termsFault === null ? 200 : 422,
    path: "/start",
  });
}

/** Whether the guest has said yes to these terms, or to a later version of them. */
export function hasAgreed(step: Step, guestId: string, version: number): boolean {
  const consents = step.portal.store.read((tx) => listConsents(tx, guestId));
  return consents.some(
    (each) => each.purpose === "terms" && each.given && each.textVersion >= version,
  );
}
