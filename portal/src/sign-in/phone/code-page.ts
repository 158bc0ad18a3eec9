import type { PendingCode } from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import type { ShownText } from "../../consent/rules.ts";
import { findTextFor, viewTick } from "../../consent/view.ts";
import { hrefOf, type Step, showPage } from "../../step.ts";
import { maskPhone } from "./number.ts";

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
  const { context, t, portal, now } = step;
  // The number is shown to the guest who typed it just now, or whose device was proved.
  const minutes = code ? Math.ceil((code.expiresAt.getTime() - now.getTime()) / 60_000) : 0;
  const isOwn = context.phone !== null && (context.proof !== null || context.terms !== null);
  const missing = code && findMissingTerms(step, code);
  const view = {
    sent:
      isOwn && context.phone
        ? t("code.sent", { phone: maskPhone(context.phone) })
        : t("code.sentAnywhere"),
    life: t("code.life", { count: minutes }),
    fault: fault ?? null,
    notice: notice ?? null,
    closed: closed ?? null,
    typed: page.typed ?? "",
    texts: missing ? [viewTick(step, missing, page.terms ?? null)] : [],
    otherNumber: hrefOf(portal, "/other-number", context),
  };
  const isFaulty = Boolean(fault || closed || page.terms);
  return showPage(step, {
    template: "code",
    view,
    title: t("code.title"),
    status: isFaulty ? 422 : 200,
    path: "/code",
  });
}

/** The branch's terms, where nobody ticked any for this code: it asked for none at that time. */
export function findMissingTerms(step: Step, code: PendingCode): ShownText | null {
  return (step.context.terms ?? code.terms) ? null : findTextFor(step, "terms");
}
