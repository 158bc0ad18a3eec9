import { createHash } from "node:crypto";
import { drawStyle } from "@foyer/blocks";
import type { BranchSettings, Language } from "@foyer/contract";
import { findBackgroundPath } from "../pages/pictures.ts";

/** The one stylesheet of a page. */
export type Sheet = {
  css: string;
  /** The same in UTF-8. */
  bytes: Buffer;
  /** By it the content security policy lets this sheet in, and no other (CSP 3 §2.3.1). */
  hash: string;
};

/** Of each settings document that is in force or was a moment ago, by language and rules of blocks. */
const known = new WeakMap<object, Map<string, Sheet>>();
/** In the place of the settings that a box has not heard of yet. */
const noSettings = {};

/**
 * The sheet of a branch's brand in a language, with the rules that a page's blocks bring. Nothing of
 * a guest is in it, so that it is made once for all of them.
 */
export function sheetOf(
  settings: BranchSettings | null,
  { language, blockStyle }: { language: Language; blockStyle: string },
): Sheet {
  const sheets = known.get(settings ?? noSettings) ?? new Map<string, Sheet>();
  known.set(settings ?? noSettings, sheets);
  const key = `${language} ${blockStyle}`;
  const sheet = sheets.get(key) ?? makeSheet(settings, { language, blockStyle });
  sheets.set(key, sheet);
  return sheet;
}

function makeSheet(
  settings: BranchSettings | null,
  { language, blockStyle }: { language: Language; blockStyle: string },
): Sheet {
  const css = drawStyle({
    ...{ brand: settings?.brand ?? null, language, blockStyle },
    background: settings && findBackgroundPath(settings),
  });
  return {
    css,
    bytes: Buffer.from(css),
    hash: `sha256-${createHash("sha256").update(css).digest("base64")}`,
  };
}
