import { phoneExampleOf } from "@foyer/blocks";
import { findPendingCode, type PendingCode } from "@foyer/branch-store";
import { type Contact, listWaysIn, normaliseEmail } from "@foyer/contract";
import type { FastifyReply } from "fastify";
import { readCode } from "../sign-in/phone/code.ts";
import { readPhoneNumber } from "../sign-in/phone/number.ts";
import type { Requested } from "../sign-in/phone/request-code.ts";
import { requestOf } from "../sign-in/phone/routes.ts";
import { hrefOf, leadOn, type Step, showPage } from "../step.ts";
import { backPathOf, showNotice } from "./notice.ts";
import { proveNumber } from "./proof.ts";

type ContactPage = {
  /** By what the guest may prove who they are; absent: by the branch's first way. */
  kind?: Contact["kind"];
  typed?: string;
  fault?: string | null;
  notice?: string | null;
  status?: number;
};

/** Where each kind of contact is asked for. */
const ASKED_AT = { phone: "/privacy/number", email: "/privacy/address" } as const;

/** By what the branch knows its guests, so that they can prove who they are: in the order of its ways in. */
const listKinds = ({ settings }: Step): Contact["kind"][] =>
  listWaysIn(settings).filter((way) => way === "phone" || way === "email");

/** Asks for the number or address whose owner may see what is kept under it. Says nothing of anybody. */
export function showNumber(step: Step, page: ContactPage = {}): FastifyReply {
  const { settings, portal, context, t } = step;
  const kinds = listKinds(step);
  const kind = kinds.find((each) => each === page.kind) ?? kinds[0];
  if (kind === undefined) return showNotice(step, "privacy.staff");
  const field = { value: page.typed ?? "", fault: page.fault ?? null };
  const other = kinds.find((each) => each !== kind);
  const view = {
    lead: t(`privacy.${kind === "phone" ? "number" : "address"}.lead`),
    action: ASKED_AT[kind],
    phone: kind === "phone" ? { ...field, example: phoneExampleOf(settings.branch.country) } : null,
    email: kind === "email" ? field : null,
    submit: t(`${kind}.submit`),
    notice: page.notice ?? null,
    other: other
      ? { href: hrefOf(portal, ASKED_AT[other], context), label: t(`${other}.instead`) }
      : null,
    back: hrefOf(portal, backPathOf(context), context),
  };
  const status = page.status ?? (page.fault ? 422 : 200);
  const title = t("privacy.link");
  const path = page.kind ? ASKED_AT[kind] : "/privacy";
  return showPage(step, { template: "privacy-number", view, title, status, path });
}

/** Sends a code to the number, within the limits that every code has. */
export async function askForProof(step: Step): Promise<FastifyReply> {
  const { settings, t, field } = step;
  const { phone } = settings.signIn;
  const typed = field("phone");
  if (!phone.enabled) return showNumber(step);
  const number = readPhoneNumber(typed, settings.branch.country, phone.numbersFrom);
  if (number.kind === "fault")
    return showNumber(step, { kind: "phone", typed, fault: t(`phone.fault.${number.fault}`) });
  return requestProof(step, { kind: "phone", value: number.phone }, typed);
}

/** The same to an address. */
export async function askForAddressProof(step: Step): Promise<FastifyReply> {
  const { settings, t, field } = step;
  const typed = field("email");
  if (!settings.signIn.email?.enabled) return showNumber(step);
  const value = normaliseEmail(typed);
  if (value === null) {
    const fault = t(`email.fault.${typed === "" ? "empty" : "malformed"}`);
    return showNumber(step, { kind: "email", typed, fault });
  }
  return requestProof(step, { kind: "email", value }, typed);
}

async function requestProof(step: Step, contact: Contact, typed: string): Promise<FastifyReply> {
  const { portal } = step;
  step.context.contact = contact;
  // A link in the mail would open the field that signs in.
  const requested = await portal.codeDesk.request({ ...requestOf(step, contact), linkTo: null });
  portal.log.info({ outcome: requested.kind }, "code requested for the pages about data");
  return followRequest(step, { kind: contact.kind, typed }, requested);
}

function followRequest(
  step: Step,
  asked: Required<Pick<ContactPage, "kind" | "typed">>,
  requested: Requested,
): FastifyReply {
  const { t, context, portal } = step;
  const { code } = requested;
  const isWaiting = requested.kind === "code" || requested.kind === "moving";
  const canType = code !== null && code.deliveries > 0;
  if (code) context.codeId = code.id;
  if (isWaiting) return leadOn(step, hrefOf(portal, "/privacy/code", context));
  if (requested.kind === "limited") {
    const { limit } = requested;
    const what = limit === "phone" ? asked.kind : limit;
    if (canType) return showProofCode(step, { code, notice: t(`limit.text.${what}`) });
    return showNumber(step, { ...asked, notice: t(`limit.none.${what}`), status: 429 });
  }
  if (requested.kind === "wait") {
    const { seconds: count, isOver } = requested;
    if (canType && !isOver) return showProofCode(step, { code, notice: t("code.wait", { count }) });
    return showNumber(step, { ...asked, notice: t("code.waitForNew", { count }), status: 429 });
  }
  return showNumber(step, { ...asked, notice: t("privacy.unsent"), status: 503 });
}

type CodePage = { code: PendingCode | null; fault?: string | null; notice?: string | null };

export function showProofCode(step: Step, page: CodePage): FastifyReply {
  const { t, context, portal } = step;
  const closed = page.code === null ? (page.fault ?? t("code.fault.over")) : null;
  const fault = closed === null ? (page.fault ?? null) : null;
  const isEmail = context.contact?.kind === "email";
  const view = {
    ...{ closed, fault, notice: page.notice ?? null },
    lead: t(`privacy.code.${isEmail ? "leadAddress" : "lead"}`),
    other: t(isEmail ? "code.otherEmail" : "code.otherNumber"),
    back: hrefOf(portal, ASKED_AT[isEmail ? "email" : "phone"], context),
  };
  return showPage(step, {
    template: "privacy-code",
    view,
    title: t(closed ? "code.titleClosed" : "code.title"),
    status: page.fault || closed ? 422 : 200,
    path: "/privacy/code",
  });
}

/** The code that waits. It may be typed as soon as it is there, whatever the sender has said. */
export function showWaitingProof(step: Step): FastifyReply {
  return showProofCode(step, { code: findContextCode(step) });
}

/** A right code shows its guest's page; it signs nobody in and joins no device to anybody. */
export function checkProof(step: Step): FastifyReply | Promise<FastifyReply> {
  const { context, portal, t, field } = step;
  const { codeId } = context;
  const code = readCode(field("code"));
  if (codeId === null) return showProofCode(step, { code: null });
  if (code === null)
    return showProofCode(step, { code: findContextCode(step), fault: t("code.fault.malformed") });
  const key = `${codeId}/privacy`;
  const spent = portal.spentCodes.find(key);
  if (spent?.code === code && spent.url !== null) return leadOn(step, spent.url);
  const proved = portal.store.transaction((tx) => proveNumber(tx, step, { codeId, code }));
  portal.log.info({ codeId, outcome: proved.kind }, "code checked for the pages about data");
  if (proved.kind === "over") return showProofCode(step, { code: null });
  if (proved.kind === "wrong") return showWrong(step, proved.triesLeft);
  Object.assign(context, { codeId: null, contact: null });
  if (proved.kind === "guest" && proved.by === "phone") context.privacyGuestId = proved.guest.id;
  if (proved.kind === "guest" && proved.by === "email") context.addressGuestId = proved.guest.id;
  const path = PATHS[proved.kind];
  const url = hrefOf(portal, path, context);
  portal.spentCodes.keep(key, { code, guest: null, terms: null, method: "phone-code", url });
  return leadOn(step, url);
}

async function showWrong(step: Step, count: number | null): Promise<FastifyReply> {
  const { portal, t } = step;
  if (count !== null) await portal.beforeWrongAnswer();
  if (!count) return showProofCode(step, { code: null, fault: t("code.fault.tries") });
  const code = findContextCode(step);
  // Typed right meanwhile, or its life is over by now.
  return showProofCode(step, code ? { code, fault: t("code.fault.wrong", { count }) } : { code });
}

const PATHS = {
  guest: "/privacy",
  nothing: "/privacy/nothing",
  "asks-holder": "/privacy/sign-in-first",
} as const;

function findContextCode({ portal, context }: Step): PendingCode | null {
  const { codeId } = context;
  return codeId === null ? null : portal.store.read((tx) => findPendingCode(tx, codeId));
}
