import { createHash } from "node:crypto";
import { drawLayout, drawStyle, findPlace, inTheme } from "@foyer/blocks";
import type { Language } from "@foyer/contract";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findDocument } from "../branches/index.ts";
import { getPage } from "./describe.ts";
import { findBranchOf, withTold } from "./look.ts";
import { findRefusal } from "./online.ts";
import { drawMain, readWallTime, type Seen } from "./preview.ts";
import { READ, refusals, tags } from "./routes.ts";
import {
  PageParams,
  type PreviewQuery,
  PreviewQuery as PreviewQuerySchema,
  StepsReply,
} from "./schema.ts";
import { findMissing } from "./steps.ts";
import { findVersion } from "./version-queries.ts";
import { findCustomerAsPerson, makeUpPerson, USUAL_STANDING } from "./viewers.ts";

/** A preview loads nothing from elsewhere, runs nothing and sends nothing: it is looked at. */
const POLICY =
  "sandbox; default-src 'none'; img-src data:; form-action 'none'; frame-ancestors 'self'; base-uri 'none'";

/** What a page with this one stylesheet may do. */
export function previewPolicy(style: string): string {
  const hash = createHash("sha256").update(style).digest("base64");
  return `${POLICY}; style-src 'sha256-${hash}'`;
}

/** A page as a guest would see it, for a frame of the editor. */
export function registerPreview(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/pages/:pageId/preview",
    {
      config: READ,
      schema: {
        tags,
        summary: "A page as HTML, as somebody would see it; the draft, or a version",
        description:
          'For a frame with sandbox="". Without customerId, name and visitNumber: as a stranger.',
        params: PageParams,
        querystring: PreviewQuerySchema,
        produces: ["text/html"],
        response: { 200: Type.Any(), ...refusals },
      },
    },
    async (request, reply) => {
      const seen = await lookAt(request, context);
      const { stage } = request.query;
      const isBetween = stage === "code" || stage === "details";
      if (isBetween && findMissing(stage, seen) !== null)
        throw refuse("not-found", "They meet no such page here: steps says why.", {
          field: "/stage",
        });
      const { page, style } = drawPreview(seen, request.query);
      return reply
        .type("text/html; charset=utf-8")
        .header("content-language", seen.language)
        .header("content-security-policy", previewPolicy(style))
        .header("x-frame-options", "SAMEORIGIN")
        .send(page);
    },
  );
}

/** Which pages somebody meets after the first. */
export function registerSteps(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/pages/:pageId/steps",
    {
      config: READ,
      schema: {
        tags,
        summary: "Which pages follow a page until its guest is online, and why others do not",
        description: "As GET /api/v1/pages/{pageId}/preview is asked, whose stages these are.",
        params: PageParams,
        querystring: PreviewQuerySchema,
        response: { 200: StepsReply, ...refusals },
      },
    },
    async (request) => {
      const seen = await lookAt(request, context);
      const between = (["code", "details"] as const).map((stage) => ({
        ...{ stage, missing: findMissing(stage, seen) },
      }));
      return { steps: [...between, { stage: "after" as const, missing: findRefusal(seen) }] };
    },
  );
}

type Looking = FastifyRequest<{ Params: { pageId: string }; Querystring: PreviewQuery }>;

/** The page where and as whom it is asked for. */
async function lookAt(request: Looking, context: Context): Promise<Seen> {
  const place = await context.database.readTenant(tenantOf(request), async (tx) => {
    const found = await findSeen(tx, request.params.pageId, request.query);
    return { ...found, settings: await withTold(tx, context, found.settings) };
  });
  return seeAs(place, request, context);
}

/** Through the eyes of a customer as they are, or of whoever was made up. */
async function seeAs(place: Seen, request: Looking, context: Context): Promise<Seen> {
  const { customerId, language, name, visitNumber } = request.query;
  const { branch } = place.settings;
  const { viewer, guestName, standing } =
    customerId === undefined
      ? makeUpPerson(
          { ...(name && { name }), ...(visitNumber && { visitNumber }) },
          { now: place.now, languages: branch.languages },
        )
      : await findCustomerAsPerson(request, context, { customerId, branch });
  return {
    ...place,
    ...{ guestName, standing },
    visitNumber: viewer.isReturning ? viewer.visitNumber : null,
    language: language ?? viewer.language,
    answeredSurveys: viewer.answeredSurveys,
  };
}

/** The page in the frame of the branch's brand, in the theme of a phone that is not this one. */
export function drawPreview(
  seen: Seen,
  query: Pick<PreviewQuery, "theme" | "pictures">,
): { page: string; style: string } {
  const { settings, language } = seen;
  const { brand, branch } = settings;
  const { html, style: blockStyle, title } = drawMain(seen, query.pictures);
  const background = brand.background ?? null;
  const style = inTheme(drawStyle({ brand, language, background, blockStyle }), query.theme);
  const frame = {
    ...{ language, sheet: style, brandName: brand.name, logo: brand.logo },
    ...{ title, place: findPlace(brand.name, branch.name) },
    background: background !== null,
    languages: branch.languages.map((each) => ({ language: each, href: hrefIn(each, query) })),
  };
  return { page: drawLayout(frame, html), style };
}

function hrefIn(language: Language, query: object): string {
  const pairs = Object.entries({ ...query, language });
  return `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`;
}

async function findSeen(tx: TenantTransaction, pageId: string, query: PreviewQuery): Promise<Seen> {
  const page = await getPage(tx, pageId);
  const { version, stage } = query;
  const made = version === undefined ? null : await findVersion(tx, { pageId, version });
  if (version !== undefined && !made) throw refuse("not-found", "The page has no such version.");
  const branchId = query.branchId ?? (await findBranchOf(tx, page));
  const found = branchId === undefined ? null : await findDocument(tx, branchId);
  if (!found) throw refuse("not-found", "There is no such branch to see the page at.");
  const { document: settings } = found;
  const { languages, timeZone } = settings.branch;
  const now = query.at === undefined ? tx.now : readWallTime(query.at, timeZone);
  if (!now) throw refuse("invalid", "There is no such day.", { field: "/at" });
  const language: Language = query.language ?? languages[0] ?? "en";
  return {
    ...{ content: made?.content ?? page.draft, isOwn: true, settings, language, stage, now },
    ...{ guestName: null, visitNumber: null, standing: USUAL_STANDING, answeredSurveys: [] },
  };
}
