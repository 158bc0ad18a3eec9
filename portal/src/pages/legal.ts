import { findText } from "@foyer/blocks";
import { type ConsentPurpose, ConsentPurposeSchema } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { askedTextsOf } from "../consent/view.ts";
import { openContext } from "../page-context.ts";
import type { Portal } from "../portal.ts";
import { hrefOf, readVisit, showNotReady, showPage, speakTo, type Visit } from "../step.ts";

const PURPOSES: readonly string[] = ConsentPurposeSchema.anyOf.map((each) => each.const);

/** The full texts, each on a page of its own; they may be read by anybody. */
export function addLegalRoutes(app: FastifyInstance, portal: Portal): void {
  app.get<{ Params: { purpose: string }; Querystring: { c?: string } }>(
    "/legal/:purpose",
    (request, reply) => {
      const asked = readVisit(portal, request, reply);
      const { purpose } = request.params;
      if (!PURPOSES.includes(purpose)) return reply.callNotFound();
      const { remoteAddress, now } = asked;
      const opened = openContext(portal.seal, request.query.c, { remoteAddress, now });
      const context = opened.kind === "context" ? opened.context : undefined;
      const visit = context ? speakTo(asked, request, context) : asked;
      const back = context ? hrefOf(portal, backPathOf(context.admitted !== null), context) : null;
      return showLegal(
        { ...visit, ...(context ? { context } : {}) },
        purpose as ConsentPurpose,
        back,
      );
    },
  );
}

const backPathOf = (isAdmitted: boolean) => (isAdmitted ? "/details" : "/start");

function showLegal(visit: Visit, purpose: ConsentPurpose, back: string | null): FastifyReply {
  const { settings, language, t, reply } = visit;
  if (!settings) return showNotReady(visit);
  const branchLanguages = settings.branch.languages;
  const text = findText(askedTextsOf(settings), purpose, { language, branchLanguages });
  if (!text) return reply.callNotFound() as unknown as FastifyReply;
  const title = t(`legal.${purpose}`);
  return showPage(visit, { template: "legal", view: { text, back }, title });
}
