import { offersSms } from "@foyer/blocks";
import {
  findBelievedGuestId,
  findCode,
  findDevice,
  findGuest,
  findPendingCode,
  type Guest,
  ownerOf,
  type PendingCode,
} from "@foyer/branch-store";
import type { CodeWay, Contact } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { findWayOnline, findWayOnlineUnasked } from "../../grant/online.ts";
import { comesFromNas } from "../../nas/index.ts";
import { codeKeyOf, limitedAs, type PageContext, placeOf } from "../../page-context.ts";
import { showReturning, showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import {
  type Answer,
  forGuests,
  forLookers,
  hrefOf,
  leadOn,
  makeAnswer,
  type Step,
  showPage,
} from "../../step.ts";
import { enterAccessCode } from "../access-code/enter.ts";
import { noteStep } from "../counts/register.ts";
import { checkCode, mayBeTold } from "./check-code.ts";
import { findFailure, findFailureText, minutesLeft, showCode, showMoving } from "./code-page.ts";
import { sayHolder, showHolder } from "./holder-page.ts";
import { readPhoneNumber } from "./number.ts";
import type { CodeRequest, Requested } from "./request-code.ts";
import { findRightCode } from "./right-code.ts";

/** Sign-in by a code sent to a phone. */
export function addPhoneRoutes(app: FastifyInstance, portal: Portal): void {
  app.get(
    "/phone",
    forGuests(
      portal,
      (step) => findWayOnlineUnasked(step)?.() ?? showSignIn(step, { way: "phone" }),
    ),
  );
  app.post("/phone", forGuests(portal, askForCode));
  app.get("/code", forLookers(portal, showWaitingCode));
  app.get("/code-field", forGuests(portal, showCodeField));
  app.post("/code", forGuests(portal, checkCode));
  app.get("/holder", forGuests(portal, showHolder));
  app.post("/holder", forGuests(portal, sayHolder));
  app.post("/resend", forGuests(portal, sendAgain));
  app.get(
    "/plan-b",
    forGuests(portal, (step) => showPlanB(step)),
  );
  app.get("/other-number", forGuests(portal, useOtherNumber));
}

async function askForCode(step: Step): Promise<FastifyReply> {
  const { settings, context, t, field } = step;
  if (!settings.signIn.phone.enabled) return showSignIn(step, {});
  const typed = field("phone");
  // The key "Go" in the field below presses the form's first button.
  if (typed === "" && field("accessCode") !== "") return enterAccessCode(step);
  const number = readPhoneNumber(typed, settings.branch.country, settings.signIn.phone.numbersFrom);
  const terms = findTextFor(step, "terms");
  const tick = terms ? readTick(field("terms"), terms) : null;
  if (number.kind === "fault" || (tick && tick.kind !== "ticked"))
    return showSignIn(step, {
      way: "phone",
      typed,
      phone: number.kind === "fault" ? t(`phone.fault.${number.fault}`) : null,
      terms: tick && tick.kind !== "ticked" ? t(`terms.fault.${tick.kind}`) : null,
    });
  context.terms = tick?.terms ?? null;
  return requestCode(step, { kind: "phone", value: number.phone });
}

/** By what the guest asked for it with the button they pressed; null: as the branch sends codes. */
function findChosenWay({ field, settings }: Step): CodeWay | null {
  return field("by") === "sms" && offersSms(settings.signIn.phone.channels) ? "sms" : null;
}

/** A contact was given and the terms ticked: its code is asked for, and its guest led to the field. */
export async function requestCode(step: Step, contact: Contact): Promise<FastifyReply> {
  const online = findWayOnlineUnasked(step);
  if (online) return online();
  step.context.contact = contact;
  noteStep(step, "asked");
  return followRequest(step, await step.portal.codeDesk.request(requestOf(step, contact)));
}

async function sendAgain(step: Step): Promise<FastifyReply> {
  const { context, portal, t } = step;
  const { contact, codeId } = context;
  if (contact === null) return showSignIn(step, {});
  // Some browsers show the page as it was left when its guest goes back to it.
  const online = findWayOnlineUnasked(step);
  if (online) return online();
  const request = requestOf(step, contact);
  const requested = await (codeId === null
    ? portal.codeDesk.request(request)
    : portal.codeDesk.resend(request, codeId));
  if (requested.kind === "never")
    return showCode(step, {
      code: requested.code,
      notice: t("code.resendNever", { count: minutesLeft(requested.code, step.now) }),
    });
  if (requested.kind === "code" && requested.code.id === codeId)
    return showCode(step, { code: requested.code, notice: t("code.resent") });
  return followRequest(step, requested);
}

export function requestOf(step: Step, contact: Contact): CodeRequest {
  const { settings, context, language, nas, remoteAddress, portal } = step;
  // Behind a NAS that translates addresses all guests have one.
  const isShared = comesFromNas(nas, remoteAddress);
  const isApart = context.proof === null && !isShared;
  const claimedAt = isApart ? placeOf(context) : null;
  return {
    settings,
    key: codeKeyOf(context, nas),
    claimedAt,
    source: isShared ? null : limitedAs(context),
    contact,
    language,
    terms: context.terms,
    way: contact.kind === "phone" ? findChosenWay(step) : null,
    linkTo: isShared
      ? null
      : ({ codeId, code }) => {
          const filled = { ...context, contact, codeId, filledIn: code };
          return `${portal.originOf()}${hrefOf(portal, "/code-field", filled)}`;
        },
  };
}

function followRequest(step: Step, requested: Requested): FastifyReply {
  const { portal, context } = step;
  noteRequest(step, requested);
  if (requested.kind === "limited") {
    portal.log.info({ nasId: context.arrival.nasId, limit: requested.limit }, "message limit");
    return showLimited(step, requested);
  }
  const { code } = requested;
  Object.assign(context, { codeId: code.id, filledIn: null });
  context.wantsOtherNumber = false;
  portal.log.info({ codeId: code.id, outcome: requested.kind }, "code requested");
  if (requested.kind === "wait") return showWait(step, requested);
  context.codeUnsent = requested.kind === "unsent";
  // A message that is on its way is told of by the same page as its code.
  const path = requested.kind === "unsent" ? "/plan-b" : "/code";
  return leadOn(step, hrefOf(portal, path, context));
}

function noteRequest({ portal, context }: Step, requested: Requested): void {
  const { kind } = requested;
  const isOut = kind === "unsent" || kind === "limited" || kind === "never";
  const reason = kind === "limited" ? `limit-${requested.limit}` : `code-${kind}`;
  portal.doorNotes.note(context, { asked: "code", answer: isOut ? "refused" : "told", reason });
}

function showWait(
  step: Step,
  { code, seconds: count, isOver }: Extract<Requested, { kind: "wait" }>,
): FastifyReply {
  const { t, context } = step;
  context.codeUnsent = isUnsent(step, code);
  if (code.deliveries === 0) return showPlanB(step, { notice: t("planB.wait", { count }) });
  return isOver
    ? showCode(step, { code: null, closed: t("code.waitForNew", { count }) })
    : showCode(step, { code, notice: t("code.wait", { count }) });
}

/** Says what helps: the code that waits, the way without one, or patience. */
function showLimited(
  step: Step,
  { limit, code, isByOthers }: Extract<Requested, { kind: "limited" }>,
): FastifyReply {
  const { t, portal, context } = step;
  context.wantsOtherNumber = false;
  // Who used the messages up themselves is not let in for it.
  context.codeUnsent ||= code === null && isByOthers;
  const what = limit === "phone" && context.contact?.kind === "email" ? "email" : limit;
  const text = t(code ? `limit.text.${what}` : `limit.none.${what}`);
  if (offersPlanB(step)) return showPlanB(step, { notice: text, status: 429 });
  const view = {
    heading: t("limit.title"),
    text,
    action: { href: hrefOf(portal, code ? "/code" : "/start", context), label: t("limit.back") },
  };
  return showPage(step, {
    template: "notice",
    view,
    title: view.heading,
    status: 429,
    path: "/start",
  });
}

/** What becomes of the message, as long as that is open; then its code's field, or the plan B. */
function showWaitingCode(step: Step): Answer {
  const { context, portal } = step;
  const code = findContextCode(step);
  if (code && portal.codeDesk.isMoving(code))
    return () => {
      // A portal that was restarted meanwhile takes it up again.
      portal.codeDesk.takeUp(requestOf(step, code.contact), code);
      return showMoving(step, code);
    };
  if (code) context.codeUnsent = isUnsent(step, code);
  return showField(step, code);
}

/** Nobody sent it, and not for the number's sake: any made-up one would be the way around a code. */
function isUnsent(step: Step, code: PendingCode): boolean {
  return code.deliveries === 0 && findFailure(step, code) !== "recipient";
}

/** The field itself: a message may be faster than the word that it was sent. */
function showCodeField(step: Step): FastifyReply | Promise<FastifyReply> {
  return makeAnswer(showField(step, findContextCode(step)));
}

function showField(step: Step, code: PendingCode | null): Answer {
  const { t } = step;
  if (!code) return showPastCode(step);
  if (!mayBeTold(step, code)) {
    const unsent = { asked: "code", answer: "refused", reason: "code-unsent" } as const;
    step.portal.doorNotes.note(step.context, unsent);
    return showPlanB(step, { notice: findFailureText(step, code) });
  }
  const triesLeft = step.settings.signIn.phone.triesMax - code.tries;
  const typed = step.context.filledIn ?? "";
  return showCode(step, { code, typed, closed: triesLeft > 0 ? null : t("code.fault.tries") });
}

/** Whoever goes back by their browser's own button, and was let in by the code, needs no other one. */
function showPastCode(step: Step): Answer {
  const online = findWayOnline(step);
  if (online) return online;
  const right = step.portal.store.read((tx) => findRightCode(tx, step));
  if (right && right.id === step.context.codeId)
    return showCode(step, { code: right, notice: step.t("code.again") });
  const guest = findGuestOfCode(step);
  if (!guest) return showCode(step, { code: null, closed: step.t("code.fault.over") });
  step.context.knownGuestId = guest.id;
  return showReturning(step, guest);
}

/** Whom this page's device is known to belong to by now, where the code was theirs. */
function findGuestOfCode({ portal, context }: Step): Guest | null {
  const { codeId, proof, deviceId } = context;
  if (codeId === null || proof === null) return null;
  return portal.store.read((tx) => {
    const device = findDevice(tx, deviceId);
    const guestId = device && findBelievedGuestId(tx, ownerOf(device));
    const guest = guestId === null ? null : findGuest(tx, guestId);
    const contact = findCode(tx, codeId)?.contact;
    if (!guest || !contact) return null;
    const proved = contact.kind === "phone" ? guest.phone : guest.verifiedEmail;
    return proved === contact.value ? guest : null;
  });
}

function findContextCode({ portal, context }: Step): PendingCode | null {
  const { codeId } = context;
  return codeId === null ? null : portal.store.read((tx) => findPendingCode(tx, codeId));
}

/** No message went out: what the branch allows instead, and another attempt. */
function showPlanB(
  step: Step,
  { notice, status }: { notice?: string | null; status?: number } = {},
): FastifyReply {
  const { t, context, portal } = step;
  const view = {
    notice: notice ?? null,
    offered: offersPlanB(step),
    otherNumber: hrefOf(portal, "/other-number", context),
    other: t(context.contact?.kind === "email" ? "code.otherEmail" : "code.otherNumber"),
  };
  const page = { template: "plan-b", view, title: t("planB.title"), path: "/plan-b" };
  return showPage(step, { ...page, status: status ?? 200 });
}

const offersPlanB = ({ context, settings }: Step): boolean =>
  context.codeUnsent && settings.signIn.clickThrough !== "off";

const OTHER_NUMBER = {
  codeId: null,
  contact: null,
  filledIn: null,
  wantsOtherNumber: true,
  terms: null,
  codeUnsent: false,
} satisfies Partial<PageContext>;

function useOtherNumber(step: Step): FastifyReply {
  const way = step.context.contact?.kind ?? null;
  Object.assign(step.context, OTHER_NUMBER);
  return showSignIn(step, { way });
}
