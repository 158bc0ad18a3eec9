import type { PendingCode } from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { hrefOf, type Step, showPage } from "../../step.ts";
import { maskPhone } from "./number.ts";

export type CodePage = {
  /** Null: the code is over, and only a new one helps. */
  code: PendingCode | null;
  fault?: string | null;
  notice?: string | null;
  /** Why no more tries are taken. */
  closed?: string | null;
};

/** The field for the six digits. */
export function showCode(step: Step, { code, fault, notice, closed }: CodePage): FastifyReply {
  const { context, t, portal, now } = step;
  // The number is shown to the guest who typed it just now, or whose device was proved.
  const minutes = code ? Math.ceil((code.expiresAt.getTime() - now.getTime()) / 60_000) : 0;
  const isOwn = context.phone !== null && (context.proof !== null || context.terms !== null);
  const view = {
    sent:
      isOwn && context.phone
        ? t("code.sent", { phone: maskPhone(context.phone) })
        : t("code.sentAnywhere"),
    life: t("code.life", { count: minutes }),
    fault: fault ?? null,
    notice: notice ?? null,
    closed: closed ?? null,
    otherNumber: hrefOf(portal, "/other-number", context),
  };
  const isFaulty = Boolean(fault || closed);
  return showPage(step, {
    template: "code",
    view,
    title: t("code.title"),
    status: isFaulty ? 422 : 200,
    path: "/code",
  });
}
