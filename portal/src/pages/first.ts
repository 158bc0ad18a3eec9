import { findConsent, findGuest, findPendingCodeByDevice, type Guest } from "@foyer/branch-store";
import { listWaysIn, type WayIn } from "@foyer/contract";
import type { FastifyReply } from "fastify";
import { findTextFor, viewTick } from "../consent/view.ts";
import type { MessageKey } from "../language.ts";
import { findMemberHref } from "../member/offer.ts";
import { onceForSettings } from "../of-settings.ts";
import { codeKeyOf } from "../page-context.ts";
import { offersAccessCode } from "../sign-in/access-code/rules.ts";
import { showCode, showMoving } from "../sign-in/phone/code-page.ts";
import { codeWaysOf, offersSms } from "../sign-in/phone/code-ways.ts";
import { phoneExampleOf } from "../sign-in/phone/number.ts";
import { hasTriesLeft } from "../sign-in/phone/rules.ts";
import { hrefOf, type Step, showPage } from "../step.ts";
import { renderWelcome } from "./welcome.ts";

export type FirstPageFaults = {
  /** The way in that the guest chose, or has just tried. Null or absent: the branch's first. */
  way?: WayIn | null;
  /** What the guest typed, to be corrected. */
  typed?: string;
  typedName?: string;
  phone?: string | null;
  email?: string | null;
  member?: string | null;
  room?: string | null;
  accessCode?: string | null;
  terms?: string | null;
};

/**
 * The page an arrival leads to: a known guest's greeting, the code field for somebody whose code
 * waits, else the way in.
 */
export function showFirst(step: Step): FastifyReply {
  // The store is looked at once for all that the page says.
  return step.portal.store.read(() => chooseFirst(step));
}

function chooseFirst(step: Step): FastifyReply {
  const { context, portal, settings } = step;
  const found = portal.store.read((tx) => {
    const guest = context.knownGuestId === null ? null : findGuest(tx, context.knownGuestId);
    if (guest) return { guest };
    if (context.wantsOtherNumber) return { code: null };
    return { code: findPendingCodeByDevice(tx, codeKeyOf(context, step.nas)) };
  });
  if (found.guest) return showReturning(step, found.guest);
  const { code } = found;
  const { phone, email } = settings.signIn;
  const isOn = code?.contact.kind === "email" ? email?.enabled : phone.enabled;
  if (code && code.deliveries > 0 && isOn && hasTriesLeft(code, phone)) {
    context.codeId = code.id;
    context.contact = code.contact;
    return portal.codeDesk.isMoving(code) ? showMoving(step, code) : showCode(step, { code });
  }
  return showSignIn(step, {});
}

/** The way in for somebody who is not known, or not proved to be: one, and links to the others. */
export function showSignIn(step: Step, faults: FirstPageFaults): FastifyReply {
  const { settings, context, t } = step;
  const ways = listOfferedWays(settings);
  const way = ways.find((each) => each === faults.way) ?? ways[0] ?? "clickThrough";
  if (way === "accessCode") return showAccessCode(step, faults);
  const terms = findTextFor(step, "terms");
  const { phone, email, member, room, terms: untold, accessCode } = faults;
  const isFaulty = [phone, email, member, room, untold, accessCode].some(Boolean);
  const welcome = renderWelcome(step, null);
  const view = {
    blocks: welcome.html,
    visitNumber: null,
    lead: isFaulty || welcome.isOwn ? null : t(FORMS[way].lead),
    action: FORMS[way].action,
    submit: t(
      way === "phone" && findPhoneWays(settings).isByZalo
        ? "phone.submitByZalo"
        : FORMS[way].submit,
    ),
    ...viewFields(step, way, faults),
    texts: terms ? [viewTick(step, terms, faults.terms ?? null)] : [],
    accessCode: ways.includes("accessCode") ? viewAccessCode(step, faults, false) : null,
    accessCodePage: null,
    clickThrough:
      way !== "clickThrough" && ways.includes("clickThrough") ? t(`${way}.clickThrough`) : null,
    others: viewOthers(step, ways, way),
    notMe: false,
    member: null,
  };
  return showPage(
    { ...step, context },
    {
      template: "first",
      view,
      style: welcome.style,
      title: settings.branch.name,
      status: isFaulty ? 422 : 200,
      path: way === ways[0] ? "/start" : FORMS[way].action,
    },
  );
}

/** A branch that takes access codes and has none yet does not ask for one. */
const listOfferedWays = onceForSettings((settings): readonly WayIn[] => {
  const ways = listWaysIn(settings);
  return offersAccessCode(settings) ? ways : ways.filter((way) => way !== "accessCode");
});

const FORMS = {
  phone: { lead: "first.lead", action: "/phone", submit: "phone.submit" },
  member: { lead: "first.leadMember", action: "/member-code", submit: "member.submit" },
  email: { lead: "first.leadEmail", action: "/email", submit: "email.submit" },
  room: { lead: "first.leadRoom", action: "/room", submit: "room.submit" },
  clickThrough: {
    ...{ lead: "first.leadClickThrough", action: "/click-through", submit: "returning.submit" },
  },
} as const satisfies Partial<
  Record<WayIn, { lead: MessageKey; action: string; submit: MessageKey }>
>;

/** Nobody's number is handed to Zalo before they have read that it will be. */
const findPhoneWays = onceForSettings(({ signIn: { phone } }) => ({
  isByZalo: codeWaysOf(phone.channels).first === "zalo",
  offersSms: offersSms(phone.channels),
}));

function viewFields({ settings }: Step, way: WayIn, faults: FirstPageFaults) {
  const value = faults.typed ?? "";
  const example = phoneExampleOf(settings.branch.country);
  return {
    phone:
      way === "phone"
        ? { value, example, fault: faults.phone ?? null, ...findPhoneWays(settings) }
        : null,
    memberCode:
      way === "member"
        ? { value, example, phoneFault: faults.phone ?? null, fault: faults.member ?? null }
        : null,
    email: way === "email" ? { value, fault: faults.email ?? null } : null,
    room:
      way === "room" ? { value, name: faults.typedName ?? "", fault: faults.room ?? null } : null,
  };
}

/** Links to the ways in that have a page of their own; the others stand on the page itself. */
function viewOthers({ portal, context, t }: Step, ways: readonly WayIn[], way: WayIn) {
  return ways.flatMap((each) =>
    each === way || each === "accessCode" || each === "clickThrough"
      ? []
      : [{ href: hrefOf(portal, FORMS[each].action, context), label: t(`${each}.instead`) }],
  );
}

/** The field for an access code and nothing else: where that is the only way in, or was asked for. */
export function showAccessCode(step: Step, faults: FirstPageFaults = {}): FastifyReply {
  const { settings, context, t } = step;
  const terms = findTextFor(step, "terms");
  const isFaulty = Boolean(faults.terms || faults.accessCode);
  const welcome = renderWelcome(step, null);
  const view = {
    blocks: welcome.html,
    visitNumber: null,
    lead: isFaulty || welcome.isOwn ? null : t("accessCode.lead"),
    action: "/access-code",
    submit: t("accessCode.submit"),
    phone: null,
    memberCode: null,
    email: null,
    room: null,
    texts: terms ? [viewTick(step, terms, faults.terms ?? null)] : [],
    accessCode: viewAccessCode(step, faults, true),
    accessCodePage: null,
    clickThrough: null,
    others:
      context.knownGuestId === null ? viewOthers(step, listWaysIn(settings), "accessCode") : [],
    notMe: false,
  };
  const status = isFaulty ? 422 : 200;
  return showPage(step, {
    template: "first",
    view,
    style: welcome.style,
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
  termsFault: string | null = null,
): FastifyReply {
  const { settings, t } = step;
  const terms = findTextFor(step, "terms");
  const mustAgree = terms !== null && !hasAgreed(step, guest.id, terms.version);
  const welcome = renderWelcome(step, guest);
  const view = {
    blocks: welcome.html,
    // The branch's own page says it where it wants to; the first one's number says nothing.
    visitNumber: (welcome.visitNumber ?? 0) > 1 && !welcome.isOwn ? welcome.visitNumber : null,
    lead: welcome.isOwn ? null : t("returning.lead"),
    action: "/returning",
    submit: t("returning.submit"),
    phone: null,
    memberCode: null,
    email: null,
    room: null,
    others: [],
    texts: mustAgree ? [viewTick(step, terms, termsFault)] : [],
    accessCode: null,
    accessCodePage: offersAccessCode(settings)
      ? hrefOf(step.portal, "/access-code", step.context)
      : null,
    clickThrough: null,
    notMe: true,
    member: findMemberHref(step, guest),
  };
  return showPage(step, {
    template: "first",
    view,
    style: welcome.style,
    title: settings.branch.name,
    status: termsFault === null ? 200 : 422,
    path: "/start",
  });
}

/** Whether the guest has said yes to these terms, or to a later version of them. */
export function hasAgreed(step: Step, guestId: string, version: number): boolean {
  const said = step.portal.store.read((tx) => findConsent(tx, { guestId, purpose: "terms" }));
  return said?.given === true && said.textVersion >= version;
}
