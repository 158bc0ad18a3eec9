import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "vitest";

const READER = "/usr/bin/pdftotext";

/**
 * A describe of tests that read a PDF as somebody else's program does. Without poppler they are
 * skipped by name, or, with FOYER_REQUIRE_PEERS=1, the run fails and says which package brings it.
 */
export function describeWithPoppler(title: string, tests: () => void): void {
  const isMissing = !existsSync(READER);
  const needs = isMissing ? " (needs the Debian package poppler-utils)" : "";
  describe.skipIf(isMissing)(`${title}${needs}`, tests);
  if (isMissing && process.env.FOYER_REQUIRE_PEERS === "1")
    test("pdftotext is here", () => {
      throw new Error("pdftotext is missing: apt-get install poppler-utils");
    });
}

/** The words of each page in the order in which they were written. */
export function readPdf(file: Buffer): string[] {
  const text = execFileSync(READER, ["-raw", "-enc", "UTF-8", "-", "-"], { input: file });
  const pages = text.toString().split("\f").slice(0, -1);
  return pages.map((page) => page.replaceAll(/\s+/g, " ").trim());
}
