import { namePictures, pathOfPicture } from "@foyer/blocks";
import type { BranchSettings } from "@foyer/contract";
import type { FastifyInstance } from "fastify";
import { onceForSettings } from "../of-settings.ts";
import type { Portal } from "../portal.ts";
import { readVisit } from "../step.ts";

const CACHE_SECONDS = 365 * 24 * 60 * 60;
const DATA_URL = /^data:(image\/[a-z+]+);base64,(.+)$/;

type Picture = { type: string; bytes: Buffer };
type Pictures = { bySource: Map<string, string>; byPath: Map<string, Picture> };

/**
 * The pictures of a welcome page, each a file of the portal's own named after what it holds. Inside
 * the page a single one would be several times what a first answer may weigh.
 */
export function addPictureRoutes(app: FastifyInstance, portal: Portal): void {
  app.get<{ Params: { name: string } }>("/pictures/:name", (request, reply) => {
    const { settings } = readVisit(portal, request, reply);
    const picture = settings && picturesOf(settings).byPath.get(`/pictures/${request.params.name}`);
    if (!picture) return reply.callNotFound();
    return reply
      .header("cache-control", `public, max-age=${CACHE_SECONDS}, immutable`)
      .header("content-security-policy", POLICY)
      .type(picture.type)
      .send(picture.bytes);
  });
}

/** An SVG opened by itself is a document: it runs nothing, and loads nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** The same HTML, the pictures of the branch's pages by their paths. */
export function withPicturesAsFiles(html: string, settings: BranchSettings): string {
  return namePictures(html, (source) => picturesOf(settings).bySource.get(source));
}

const picturesOf = onceForSettings((settings): Pictures => {
  const pictures: Pictures = { bySource: new Map(), byPath: new Map() };
  const { background } = settings.brand;
  for (const source of listSources([background, ...settings.pages.map((page) => page.blocks)])) {
    const [, type, text] = DATA_URL.exec(source) ?? [];
    if (type === undefined || text === undefined) continue;
    const path = pathOfPicture(source);
    pictures.bySource.set(source, path);
    pictures.byPath.set(path, { type, bytes: Buffer.from(text, "base64") });
  }
  return pictures;
});

/** Wherever a block keeps them among its fields. */
function listSources(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("data:image/") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(listSources);
}

/** Where the picture behind the brand's name is served; null: it has none. */
export function findBackgroundPath(settings: BranchSettings): string | null {
  const { background } = settings.brand;
  return background === undefined ? null : (picturesOf(settings).bySource.get(background) ?? null);
}
