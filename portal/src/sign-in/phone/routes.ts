import { findPendingCode, type PendingCode } from "@foyer/branch-store";
import type { FastifyInstance, FastifyReply } from "fastify";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { comesFromNas } from "../../nas/index.ts";
import { codeKeyOf, type PageContext } from "../../page-context.ts";
import { showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import { forGuests, hrefOf, leadOn, type Step, showPage } from "../../step.ts";
import { enterAccessCode } from "../access-code/enter.ts";
import { checkCode } from "./check-code.ts";
import { showCode } from "./code-page.ts";
import { readPhoneNumber } from "./number.ts";
import type { CodeRequest, Requested } from "./request-code.ts";

/** Sign-in by a code sent to a phone. */
export function addPhoneRoutes(app: FastifyInstance, portal: Portal): void {
  app.post("/phone", forGuests(portal, askForCode));
  app.get("/code", forGuests(portal, showWaitingCode));
  app.post("/code", forGuests(portal, checkCode));
  app.post("/resend", forGuests(portal, sendAgain));
  app.get("/plan-b", forGuests(portal, showPlanB));
  app.get("/other-number", forGuests(portal, useOtherNumber));
}

async function askForCode(step: Step): Promise<FastifyReply> {
  const { settings, context, t, field } = step;
  if (!settings.signIn.phone.enabled) return showSignIn(step, {});
  const typed = field("phone");
  // The key "Go" in the field below presses the form's first button.
  if (typed === "" && field("accessCode") !== "") return enterAccessCode(step);
  const number = readPhoneNumber(typed, settings.branch.country);
  const terms = findTextFor(step, "terms");
  const tick = terms ? readTick(field("terms"), terms) : null;
  if (number.kind === "fault" || (tick && tick.kind !== "ticked"))
    return showSignIn(step, {
      typed,
      phone: number.kind === "fault" ? t(`phone.fault.${number.fault}`) : null,
      terms: tick && tick.kind !== "ticked" ? t(`terms.fault.${tick.kind}`) : null,
    });
  context.phone = number.phone;
  context.terms = tick?.terms ?? null;
  return followRequest(step, await step.portal.codeDesk.request(requestOf(step, number.phone)));
}

async function sendAgain(step: Step): Promise<FastifyReply> {
  const { context, portal, t } = step;
  if (context.phone === null || context.codeId === null) return showSignIn(step, {});
  const request = requestOf(step, context.phone);
  const requested = await portal.codeDesk.resend(request, context.codeId);
  if (requested.kind === "wait")
    return showCode(step, {
      code: requested.code,
      notice: t("code.wait", { count: requested.seconds }),
    });
  if (requested.kind === "never")
    return showCode(step, { code: requested.code, notice: t("code.resendNever") });
  if (requested.kind === "code" && requested.code.id === context.codeId)
    return showCode(step, { code: requested.code, notice: t("code.resent") });
  return followRequest(step, requested);
}

function requestOf(step: Step, phone: string): CodeRequest {
  const { settings, context, language, nas, remoteAddress } = step;
  // Behind a NAS that translates addresses all guests have one.
  const isApart = context.proof === null && !comesFromNas(nas, remoteAddress);
  const claimedAt = isApart ? remoteAddress : null;
  return { settings, key: codeKeyOf(context), claimedAt, phone, language, terms: context.terms };
}

function followRequest(step: Step, requested: Requested): FastifyReply {
  const { portal, context } = step;
  if (requested.kind === "limited") {
    portal.log.info({ nasId: context.arrival.nasId, limit: requested.limit }, "message limit");
    return showLimited(step, requested.limit);
  }
  const { code } = requested;
  context.codeId = code.id;
  context.wantsOtherNumber = false;
  context.codeUnsent = requested.kind === "unsent";
  portal.log.info({ codeId: code.id, outcome: requested.kind }, "code requested");
  const path = requested.kind === "unsent" ? "/plan-b" : "/code";
  return leadOn(step, hrefOf(portal, path, context));
}

function showLimited(step: Step, limit: "phone" | "device" | "branch"): FastifyReply {
  const { t, portal, context } = step;
  const view = {
    heading: t("limit.title"),
    text: t(`limit.text.${limit}`),
    action: { href: hrefOf(portal, "/start", context), label: t("limit.back") },
  };
  return showPage(step, {
    template: "notice",
    view,
    title: view.heading,
    status: 429,
    path: "/start",
  });
}

function showWaitingCode(step: Step): FastifyReply {
  const { t } = step;
  const code = findContextCode(step);
  if (!code) return showCode(step, { code: null, closed: t("code.fault.over") });
  const triesLeft = step.settings.signIn.phone.triesMax - code.tries;
  return showCode(step, { code, closed: triesLeft > 0 ? null : t("code.fault.tries") });
}

function findContextCode({ portal, context }: Step): PendingCode | null {
  const { codeId } = context;
  return codeId === null ? null : portal.store.read((tx) => findPendingCode(tx, codeId));
}

/** No message went out: what the branch allows instead, and another attempt. */
function showPlanB(step: Step): FastifyReply {
  const { t, settings, context, portal } = step;
  const view = {
    offered: context.codeUnsent && settings.signIn.clickThrough !== "off",
    otherNumber: hrefOf(portal, "/other-number", context),
  };
  return showPage(step, { template: "plan-b", view, title: t("planB.title") });
}

const OTHER_NUMBER = {
  codeId: null,
  phone: null,
  wantsOtherNumber: true,
  terms: null,
  codeUnsent: false,
} satisfies Partial<PageContext>;

function useOtherNumber(step: Step): FastifyReply {
  Object.assign(step.context, OTHER_NUMBER);
  return showSignIn(step, {});
}
