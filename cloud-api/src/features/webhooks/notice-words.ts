import en from "./locales/mail-en.json" with { type: "json" };
import vi from "./locales/mail-vi.json" with { type: "json" };
import type { EndpointRow } from "./queries.ts";

const TEXTS = { en, vi } as const;

type Notice = {
  language: "en" | "vi";
  endpoint: Pick<EndpointRow, "id" | "url" | "description" | "disabledReason">;
  /** Where staff reach Foyer; empty: this process does not know. */
  origin: string;
};

/** What staff are written when nothing is sent to an endpoint any more. */
export function writeNotice({ language, endpoint, origin }: Notice): {
  subject: string;
  text: string;
} {
  const texts = TEXTS[language];
  // Of the address its host alone: the rest may hold a secret.
  const host = URL.parse(endpoint.url)?.host ?? "";
  const name = endpoint.description === "" ? host : `${endpoint.description} (${host})`;
  const fill = (text: string) => text.replaceAll("{name}", name);
  const isGone = endpoint.disabledReason === "gone";
  const parts = [
    fill(isGone ? texts["mail-gone"] : texts["mail-failing"]),
    texts["mail-what-now"],
    ...(origin === "" ? [] : [`${origin}/webhooks/${endpoint.id}`]),
    texts["mail-why"],
  ];
  return { subject: fill(texts["mail-subject"]), text: `${parts.join("\n\n")}\n` };
}
