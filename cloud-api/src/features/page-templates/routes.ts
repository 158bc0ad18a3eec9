import type { Survey } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  drawPreview,
  findPlaceSeen,
  previewPolicy,
  readWallTime,
  type Seen,
  USUAL_STANDING,
} from "../pages/index.ts";
import sampleSurvey from "./sample-survey.json" with { type: "json" };
import { TemplatePreviewQuery, type TemplateReply, TemplatesReply } from "./schema.ts";
import { findTemplate, listTemplates } from "./templates.ts";

export const TAG = { name: "page templates", description: "What a guest page may begin as" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "pages.read" } };
const SURVEY = sampleSurvey as Survey;

export function registerTemplates(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/page-templates",
    {
      config: READ,
      schema: {
        tags,
        summary: "Pages for the usual cases, to begin with",
        response: { 200: TemplatesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const templates = listTemplates(tx.now);
        return { templates, nextCursor: null, total: templates.length };
      }),
  );
  routes.get(
    "/api/v1/page-template-preview",
    {
      config: READ,
      schema: {
        tags,
        summary: "A template as HTML, in the company's own look",
        querystring: TemplatePreviewQuery,
        produces: ["text/html"],
        response: { 200: Type.Any(), ...refusals },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const seen = await database.readTenant(tenantOf(request), async (tx) => {
        const template = findTemplate(query.template, tx.now);
        if (!template) throw refuse("not-found", "There is no such template any more.");
        return seeTemplate(tx, context, { ...query, ...template });
      });
      const { page, style } = drawPreview(seen, { ...query, pictures: "inline" });
      return reply
        .type("text/html; charset=utf-8")
        .header("content-language", seen.language)
        .header("content-security-policy", previewPolicy(style))
        .header("x-frame-options", "SAMEORIGIN")
        .send(page);
    },
  );
}

/** As a regular sees it, except for the page of a first visit. */
async function seeTemplate(
  tx: TenantTransaction,
  context: Context,
  { name, content, language, stage, at }: TemplateReply & TemplatePreviewQuery,
): Promise<Seen> {
  const settings = await findPlaceSeen(tx, context, null);
  const { languages, timeZone } = settings.branch;
  const now = at === undefined ? tx.now : readWallTime(at, timeZone);
  if (!now) throw refuse("invalid", "There is no such day.", { field: "/at" });
  const isFirst = content.when.guests === "first-visit";
  const blocks = content.blocks.map((block) =>
    block.kind === "survey" ? { ...block, fields: { survey: SURVEY.id } } : block,
  );
  const spoken = language ?? languages[0] ?? "en";
  return {
    content: { ...content, blocks, name: spoken === "vi" ? name.vi : name.en },
    settings: { ...settings, surveys: [SURVEY] },
    ...{ isOwn: true, language: spoken, stage, now },
    guestName: isFirst ? null : REGULAR.name,
    visitNumber: isFirst ? null : REGULAR.visitNumber,
    ...{ standing: USUAL_STANDING, answeredSurveys: [] },
  };
}

/** Somebody whom nobody is. */
const REGULAR = { name: "Lan", visitNumber: 5 };
