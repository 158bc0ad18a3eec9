import { hashPicture } from "@foyer/contract";
import type { PageContent } from "./schema.ts";

const DIGITS = 16;
type Fields = Record<string, unknown>;

/** Says of which picture an AVIF is: the beginning of the SHA-256 of its `source`. */
export const nameSource = (source: string): string => hashPicture(source).slice(0, DIGITS);

/**
 * Content as it is kept: each AVIF says in `avifOf` of which picture it is, and one that is of another is
 * left out. An editor from before there was AVIF puts `source` and `webp` in the place of those before, and
 * sends what else stood there with each save. So one that does not say it is believed only where it stands
 * beside this same picture in what is kept of the page (null: nothing yet), as pages kept before there was
 * `avifOf` have it.
 */
export function settleForms(content: PageContent, kept: PageContent | null): PageContent {
  const known = new Set(listPictures(kept?.blocks).map(toPair));
  const blocks = content.blocks.map((block) => ({
    ...block,
    fields: settle(block.fields, known) as Fields,
  }));
  return { ...content, blocks };
}

/** Kept content as it is handed out: whatever becomes of it, each AVIF of it says of which picture it is. */
export const nameForms = (kept: PageContent): PageContent => settleForms(kept, kept);

function listPictures(value: unknown): Fields[] {
  if (typeof value !== "object" || value === null) return [];
  const within = Object.values(value).flatMap(listPictures);
  return "source" in value ? [value as Fields, ...within] : within;
}

const toPair = ({ source, avif }: Fields): string => JSON.stringify([source, avif]);

function settle(value: unknown, known: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => settle(each, known));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, settle(each, known)]),
  );
  return typeof fields.source === "string" ? settlePicture(fields, fields.source, known) : fields;
}

function settlePicture(fields: Fields, source: string, known: ReadonlySet<string>): Fields {
  const { avif, avifOf, ...picture } = fields;
  const name = nameSource(source);
  const isItsOwn = avifOf === undefined ? known.has(toPair(fields)) : avifOf === name;
  return typeof avif === "string" && isItsOwn ? { ...picture, avif, avifOf: name } : picture;
}
