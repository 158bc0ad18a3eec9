import { createHash } from "node:crypto";

/** What a consent is bound to: the words themselves, in UTF-8: the label, an empty line, the body. */
export function hashLegalWords({ label, body }: { label: string; body: string }): string {
  return createHash("sha256").update(`${label}\n\n${body}`).digest("hex");
}
