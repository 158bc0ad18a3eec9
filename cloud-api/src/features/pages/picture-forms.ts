import { hashPicture } from "@foyer/contract";
import type { PageContent } from "./schema.ts";

const DIGITS = 16;
type Fields = Record<string, unknown>;

/** Says of which picture an AVIF is: the beginning of the SHA-256 of its `source`. */
export const nameSource = (source: string): string => hashPicture(source).slice(0, DIGITS);

/**
 * Content as it is kept: each AVIF says in `avifOf` of which picture it is, and one that is of another is
 * left out. An editor from before there was AVIF puts `source` and `webp` in the place of those before, and
 * sends what else stood there with each save.
 */
export function settleForms(content: PageContent): PageContent {
  const blocks = content.blocks.map((block) => ({
    ...block,
    fields: settle(block.fields) as Fields,
  }));
  return { ...content, blocks };
}

function settle(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settle);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, settle(each)]),
  );
  return typeof fields.source === "string" ? settlePicture(fields, fields.source) : fields;
}

function settlePicture({ avif, avifOf, ...picture }: Fields, source: string): Fields {
  const name = nameSource(source);
  const isItsOwn = typeof avif === "string" && (avifOf ?? name) === name;
  return isItsOwn ? { ...picture, avif, avifOf: name } : picture;
}
