import { phoneExampleOf } from "@foyer/blocks";
import { findPendingCode, type PendingCode } from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { readCode } from "../sign-in/phone/code.ts";
import { readPhoneNumber } from "../sign-in/phone/number.ts";
import type { Requested } from "../sign-in/phone/request-code.ts";
import { requestOf } from "../sign-in/phone/routes.ts";
import { hrefOf, leadOn, type Step, showPage } from "../step.ts";
import { backPathOf, showNotice } from "./notice.ts";
import { proveNumber } from "./proof.ts";

type NumberPage = {
  typed?: string;
  fault?: string | null;
  notice?: string | null;
  status?: number;
};

/** Asks for the number whose owner may see what is kept under it. Says nothing of anybody. */
export function showNumber(step: Step, page: NumberPage = {}): FastifyReply {
  const { settings, portal, context, t } = step;
  if (!settings.signIn.phone.enabled) return showNotice(step, "privacy.staff");
  const view = {
    typed: page.typed ?? "",
    example: phoneExampleOf(settings.branch.country),
    fault: page.fault ?? null,
    notice: page.notice ?? null,
    back: hrefOf(portal, backPathOf(context), context),
  };
  const status = page.status ?? (page.fault ? 422 : 200);
  const title = t("privacy.link");
  return showPage(step, { template: "privacy-number", view, title, status, path: "/privacy" });
}

/** Sends a code to the number, within the limits that every code has. */
export async function askForProof(step: Step): Promise<FastifyReply> {
  const { settings, portal, t, field } = step;
  const { phone } = settings.signIn;
  if (!phone.enabled) return showNumber(step);
  const typed = field("phone");
  const number = readPhoneNumber(typed, settings.branch.country, phone.numbersFrom);
  if (number.kind === "fault")
    return showNumber(step, { typed, fault: t(`phone.fault.${number.fault}`) });
  const requested = await portal.codeDesk.request(
    requestOf(step, { kind: "phone", value: number.phone }),
  );
  portal.log.info({ outcome: requested.kind }, "code requested for the pages about data");
  return followRequest(step, typed, requested);
}

function followRequest(step: Step, typed: string, requested: Requested): FastifyReply {
  const { t, context, portal } = step;
  const { code } = requested;
  const isWaiting = requested.kind === "code" || requested.kind === "moving";
  const canType = code !== null && code.deliveries > 0;
  if (code) context.codeId = code.id;
  if (isWaiting) return leadOn(step, hrefOf(portal, "/privacy/code", context));
  if (requested.kind === "limited") {
    if (canType) return showProofCode(step, { code, notice: t(`limit.text.${requested.limit}`) });
    return showNumber(step, { typed, notice: t(`limit.none.${requested.limit}`), status: 429 });
  }
  if (requested.kind === "wait") {
    const { seconds: count, isOver } = requested;
    if (canType && !isOver) return showProofCode(step, { code, notice: t("code.wait", { count }) });
    return showNumber(step, { typed, notice: t("code.waitForNew", { count }), status: 429 });
  }
  return showNumber(step, { typed, notice: t("privacy.unsent"), status: 503 });
}

type CodePage = { code: PendingCode | null; fault?: string | null; notice?: string | null };

export function showProofCode(step: Step, page: CodePage): FastifyReply {
  const { t } = step;
  const closed = page.code === null ? (page.fault ?? t("code.fault.over")) : null;
  const fault = closed === null ? (page.fault ?? null) : null;
  const view = { closed, fault, notice: page.notice ?? null };
  return showPage(step, {
    template: "privacy-code",
    view,
    title: t("code.title"),
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
  Object.assign(context, { codeId: null, phone: null });
  if (proved.kind === "guest") context.privacyGuestId = proved.guest.id;
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
