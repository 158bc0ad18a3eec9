import type { FastifyReply } from "fastify";
import type { PageContext } from "../page-context.ts";
import { hrefOf, type Step, showPage } from "../step.ts";

export type NoticeName =
  | "privacy.staff"
  | "privacy.nothing"
  | "privacy.holder"
  | "privacy.deleted"
  | "privacy.termsOver";

/** What there is to say instead of the page, and the way back to where the guest came from. */
export function showNotice(step: Step, name: NoticeName): FastifyReply {
  const { t, portal, context } = step;
  const action = { href: hrefOf(portal, backPathOf(context), context), label: t("legal.back") };
  const view = { heading: t(`${name}.title`), text: t(`${name}.text`), action };
  return showPage(step, { template: "notice", view, title: view.heading, path: "/privacy" });
}

/** The page after access for somebody who is online, the first one for anybody else. */
export function backPathOf({ arrival }: PageContext): string {
  return arrival.state === "online" ? "/online" : "/start";
}
