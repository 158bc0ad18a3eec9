import type { BlockContext, ReadFields } from "../block.ts";
import { readUrl } from "../link.ts";
import { asFields, NO_OBJECT } from "../local-text.ts";

export const LINKS_MAX = 8;
export const NETWORKS = [
  "facebook",
  "instagram",
  "tiktok",
  "youtube",
  "zalo",
  "telegram",
  "whatsapp",
  "x",
  "map",
  "website",
] as const;
export type Network = (typeof NETWORKS)[number];

export type SocialFields = { links: { network: Network; url: string }[] };
export type SocialWords = Record<Network | "title", string>;

export function readSocialFields(value: unknown): ReadFields<SocialFields> {
  const given = asFields(value)?.links;
  if (!asFields(value)) return NO_OBJECT;
  if (!Array.isArray(given) || given.length === 0 || given.length > LINKS_MAX)
    return { kind: "invalid", reason: `links is not a list of 1 to ${LINKS_MAX} links` };
  const links: SocialFields["links"] = [];
  for (const [index, each] of given.entries()) {
    const link = asFields(each) ?? {};
    const network = NETWORKS.find((name) => name === link.network);
    if (!network)
      return {
        kind: "invalid",
        reason: `links.${index}: network is none of ${NETWORKS.join(", ")}`,
      };
    const url = readUrl(link, "url");
    if (url.kind === "invalid") return { kind: "invalid", reason: `links.${index}: ${url.reason}` };
    links.push({ network, url: url.fields });
  }
  return { kind: "fields", fields: { links } };
}

export function viewSocial({ links }: SocialFields, _: BlockContext, words: SocialWords) {
  return {
    title: words.title,
    links: links.map(({ network, url }) => ({ url, name: words[network] })),
  };
}
