import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";

const require = createRequire(import.meta.url);
const RADIUS = join(import.meta.dirname, "../../../../radius/src");

/** The words of a union of texts, as its source says them. */
function listWords(file: string, type: string): string[] {
  const source = readFileSync(join(RADIUS, file), "utf8");
  const [, union = ""] = new RegExp(`type ${type} =([^;]*);`).exec(source) ?? [];
  return [...union.matchAll(/"([a-z-]+)"/g)].flatMap(([, word]) => word ?? []);
}

/** Of what comes so, no device's question can be read: nothing is noted of it. */
const UNREAD = [
  ...["no-reply-port", "radsec-no-handshake", "radsec-no-room", "too-short"],
  ...["length-out-of-range", "shorter-than-its-length", "attribute-overrun", "still-working"],
  "send-failed",
];

test("all that RADIUS notes at the door is said in words, in both languages", () => {
  const reasons = [
    ...listWords("server/counters.ts", "DropReason"),
    ...listWords("authorize/authorize.ts", "RejectReason"),
    ...listWords("eap/conversation.ts", "EapRefusal"),
    ...listWords("eap/phase2.ts", "InnerRefusal"),
    "unknown-state",
  ].filter((reason) => !UNREAD.includes(reason));
  expect(reasons).toEqual(expect.arrayContaining(["unknown-nas", "page-due", "tls-failed"]));
  for (const language of ["en", "vi"]) {
    const words = require(`./locales/why-${language}.json`) as Record<string, string>;
    expect(reasons.filter((reason) => !words[`why-${reason}`])).toEqual([]);
  }
});
