import { offersSms, type ShownText, viewCode } from "@foyer/blocks";
import { findCodeRequest, type PendingCode } from "@foyer/branch-store";
import type { CodeFailure } from "@foyer/contract";
import type { FastifyReply } from "fastify";
import { findTextFor } from "../../consent/view.ts";
import { hrefOf, onwardOf, type Step, showPage } from "../../step.ts";
import { maskContact } from "./mask.ts";

export type CodePage = {
  /** Null: the code is over, and only a new one helps. */
  code: PendingCode | null;
  fault?: string | null;
  notice?: string | null;
  /** Why no more tries are taken. */
  closed?: string | null;
  /** What was typed, when only the tick was missing. */
  typed?: string;
  terms?: string | null;
};

/** The field for the six digits. */
export function showCode(step: Step, page: CodePage): FastifyReply {
  const { code, fault, notice, closed } = page;
  const { context, t, now } = step;
  const request = code && findRequest(step, code);
  const isEmail = (code?.contact ?? context.contact)?.kind === "email";
  const isUnsure = request?.state === "unknown" && !closed;
  const view = viewCode(onwardOf(step), {
    to: findOwnContact(step),
    way: isEmail ? "email" : (request?.state === "sent" && request.way) || null,
    ...{ isEmail, mayComeBySms: offersSms(step.settings.signIn.phone.channels) },
    minutes: code ? minutesLeft(code, now) : 0,
    fault: fault ?? null,
    notice: notice ?? (isUnsure ? t("code.unsure") : null),
    closed: closed ?? null,
    typed: page.typed ?? "",
    terms: code && findMissingTerms(step, code),
    termsFault: page.terms ?? null,
  });
  const isFaulty = Boolean(fault || closed || page.terms);
  return showPage(step, {
    template: "code",
    view,
    title: t(closed ? "code.titleClosed" : "code.title"),
    status: isFaulty ? 422 : 200,
    path: "/code",
  });
}

/** Until the code is over and a new one may be asked for; a minute that has begun is one. */
export const minutesLeft = ({ expiresAt }: PendingCode, now: Date): number =>
  Math.ceil((expiresAt.getTime() - now.getTime()) / 60_000);

/** The contact, masked, for the guest who typed it just now, or whose device was proved. */
function findOwnContact({ context }: Step): string | null {
  const { contact, proof, terms } = context;
  if (contact === null || (proof === null && terms === null)) return null;
  return maskContact(contact);
}

/** The branch's terms, where nobody ticked any for this code: it asked for none at that time. */
export function findMissingTerms(step: Step, code: PendingCode): ShownText | null {
  return (step.context.terms ?? code.terms) ? null : findTextFor(step, "terms");
}

/** How often the page looks whether there is news; a guest reads it in less. */
const LOOK_SECONDS = 2;

/** The message is on its way: who brings it, and that the page goes on by itself. */
export function showMoving(step: Step, code: PendingCode): FastifyReply {
  const { context, t, portal } = step;
  const request = findRequest(step, code);
  const way = request?.state === "sending" ? request.way : null;
  const isEmail = code.contact.kind === "email";
  const readBy = isEmail ? "email" : way;
  const phone = findOwnContact(step);
  const view = {
    text: phone === null ? t("sending.textAnywhere") : t("sending.text", { phone }),
    step: t(way ? `sending.by.${way}` : "sending.begin"),
    field: hrefOf(portal, "/code-field", context),
    otherNumber: hrefOf(portal, "/other-number", context),
    away: t(readBy ? `code.awayBy.${readBy}` : "code.away"),
    other: t(isEmail ? "code.otherEmail" : "code.otherNumber"),
  };
  const url = hrefOf(portal, "/code", context);
  return showPage(step, {
    template: "sending",
    view,
    title: t("sending.title"),
    path: "/code",
    refresh: { seconds: LOOK_SECONDS, url },
  });
}

/** Why no message went out, where the guest can do something about it or has to know. */
export function findFailureText(step: Step, code: PendingCode): string | null {
  const failure = findFailure(step, code);
  if (failure === "recipient" && code.contact.kind === "email")
    return step.t("planB.why.recipientEmail");
  return failure === "recipient" || failure === "budget" ? step.t(`planB.why.${failure}`) : null;
}

/** Why the cloud surely did not send it; null where that is not so, or not known. */
export function findFailure(step: Step, code: PendingCode): CodeFailure | null {
  const request = findRequest(step, code);
  return request?.state === "failed" ? request.failure : null;
}

function findRequest({ portal }: Step, code: PendingCode) {
  return portal.store.read((tx) => findCodeRequest(tx, code.id));
}
