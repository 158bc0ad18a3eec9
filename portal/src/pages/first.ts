import {
  chooseWay,
  type FirstPage,
  type Form,
  hasFaults,
  offersAccessCode,
  readOfferedWays,
  viewAccessCodeForm,
  viewReturning,
  viewSignIn,
  type WayInFaults,
  type WayInView,
} from "@foyer/blocks";
import { findConsent, findGuest, findPendingCodeByDevice, type Guest } from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { findTextFor } from "../consent/view.ts";
import { findMemberHref } from "../member/offer.ts";
import { onceForSettings } from "../of-settings.ts";
import { codeKeyOf } from "../page-context.ts";
import { showCode, showMoving } from "../sign-in/phone/code-page.ts";
import { findRightCode } from "../sign-in/phone/right-code.ts";
import { hasTriesLeft } from "../sign-in/phone/rules.ts";
import { onwardOf, type Step, showPage } from "../step.ts";
import { speakAsAsked, speakTheirs } from "../usual-language.ts";
import { renderWelcome, type Welcome } from "./welcome.ts";

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
    if (context.wantsOtherNumber) return { code: null, right: null };
    const code = findPendingCodeByDevice(tx, codeKeyOf(context, step.nas));
    return { code, right: code ? null : findRightCode(tx, step) };
  });
  if (found.guest) return showReturning(step, found.guest);
  const { code, right } = found;
  const { phone, email } = settings.signIn;
  const asked = code ?? right ?? null;
  const isOn = asked?.contact.kind === "email" ? email?.enabled : phone.enabled;
  if (!asked || !isOn || !hasTriesLeft(asked, phone)) return showSignIn(step, {});
  const isMoving = code !== null && portal.codeDesk.isMoving(asked);
  // What no channel took has no field; but one may be taking it just now.
  if (asked.deliveries === 0 && !isMoving) return showSignIn(step, {});
  context.codeId = asked.id;
  context.contact = asked.contact;
  const spoken = speakAsAsked(step, asked);
  if (isMoving) return showMoving(spoken, asked);
  return showCode(spoken, { code: asked, notice: right ? spoken.t("code.again") : null });
}

/** The way in for somebody who is not known, or not proved to be: one, and links to the others. */
export function showSignIn(step: Step, faults: WayInFaults): FastifyReply {
  const form = formOf(step, faults);
  const way = chooseWay(form);
  if (way === "accessCode") return showAccessCode(step, faults);
  const welcome = renderWelcome(step, null);
  const view = viewSignIn(onwardOf(step), { ...form, isOwn: welcome.isOwn });
  return showFirstPage(step, {
    ...{ welcome, view, visitNumber: null },
    status: hasFaults(faults) ? 422 : 200,
    path: way === form.offered.ways[0] ? "/start" : view.action,
  });
}

/** The field for an access code and nothing else: where that is the only way in, or was asked for. */
export function showAccessCode(step: Step, faults: WayInFaults = {}): FastifyReply {
  const welcome = renderWelcome(step, null);
  const isKnown = step.context.knownGuestId !== null;
  const form = { ...formOf(step, faults), isOwn: welcome.isOwn, isKnown };
  const view = viewAccessCodeForm(onwardOf(step), form);
  const status = hasFaults(faults) ? 422 : 200;
  return showFirstPage(step, { welcome, view, visitNumber: null, status, path: "/access-code" });
}

const offeredWaysOf = onceForSettings(readOfferedWays);

function formOf(step: Step, faults: WayInFaults): Omit<Form, "isOwn"> {
  const { settings, context, field } = step;
  return {
    ...{ offered: offeredWaysOf(settings), terms: findTextFor(step, "terms"), faults },
    accessCode: field("accessCode") || (context.accessCode ?? ""),
  };
}

type Shown = {
  welcome: Welcome;
  view: WayInView;
  visitNumber: number | null;
  status: number;
  path: string;
};

function showFirstPage(step: Step, shown: Shown): FastifyReply {
  const { welcome, view, visitNumber, status, path } = shown;
  const values: Omit<FirstPage, "t" | "sealed"> = {
    ...{ ...view, blocks: welcome.html, visitNumber, isInert: false },
  };
  const title = step.settings.branch.name;
  return showPage(step, {
    ...{ template: "first", view: values, style: welcome.style, title, status, path },
  });
}

/** The greeting of a guest who was proved to be here again: one tap, and they are online. */
export function showReturning(
  arrived: Step,
  guest: Guest,
  termsFault: string | null = null,
): FastifyReply {
  const step = speakTheirs(arrived, guest);
  const terms = findTextFor(step, "terms");
  const mustAgree = terms !== null && !hasAgreed(step, guest.id, terms.version);
  const welcome = renderWelcome(step, guest);
  const { visitNumber, isOwn } = welcome;
  const view = viewReturning(onwardOf(step), {
    ...{ terms: mustAgree ? terms : null, termsFault, isOwn },
    offersAccessCode: offersAccessCode(step.settings),
    member: findMemberHref(step, guest),
  });
  return showFirstPage(step, {
    ...{ welcome, view, path: "/start", status: termsFault === null ? 200 : 422 },
    // The branch's own page says it where it wants to; the first one's number says nothing.
    visitNumber: (visitNumber ?? 0) > 1 && !isOwn ? visitNumber : null,
  });
}

/** Whether the guest has said yes to these terms, or to a later version of them. */
export function hasAgreed(step: Step, guestId: string, version: number): boolean {
  const said = step.portal.store.read((tx) => findConsent(tx, { guestId, purpose: "terms" }));
  return said?.given === true && said.textVersion >= version;
}
