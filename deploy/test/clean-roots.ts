import { describe } from "vitest";
import { findWhyNoCleanRoot } from "./clean-root.ts";

// By a command alone, since it boots a whole Debian and takes minutes:
// FOYER_CLEAN_ROOTS=bookworm,trixie vitest run --project foyer deploy/box/clean-root.test.ts
const SUITES = (process.env.FOYER_CLEAN_ROOTS ?? "").split(",").filter(Boolean);
const isWanted = SUITES.length > 0;
const whyNot = isWanted ? await findWhyNoCleanRoot() : "FOYER_CLEAN_ROOTS names no Debian";
if (isWanted && whyNot) throw new Error(`A clean Debian is wanted, and cannot be made: ${whyNot}`);

export const hasCleanRoots = whyNot === null;

/** Tests in each Debian that is wanted; `%s` of the title is its name. */
export function describeInCleanRoots(title: string, body: (suite: string) => void): void {
  if (whyNot) console.warn(`"${title.replace(" %s", "")}" is skipped: ${whyNot}`);
  // A file without a test is a failure: one is named even where none is wanted.
  describe.skipIf(whyNot).each(isWanted ? SUITES : ["of any suite"])(title, body);
}
