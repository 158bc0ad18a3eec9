import { type BlockSettings, BRAND_LINKS_MAX, type Brand } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import { readUrl } from "../link.ts";
import { asFields, NO_OBJECT } from "../local-text.ts";

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

/**
 * A page's blocks, and at their end where else its brand is to be found: unless the page says that
 * itself. One network that this release does not know would cost the others theirs.
 */
export function withBrandLinks(
  blocks: readonly BlockSettings[],
  { links = [] }: Pick<Brand, "links">,
): readonly BlockSettings[] {
  const known = links.filter(({ network }) => NETWORKS.some((each) => each === network));
  if (known.length === 0 || blocks.some(({ kind }) => kind === "social")) return blocks;
  return [...blocks, { kind: "social", fields: { links: known } }];
}

export type SocialFields = { links: { network: Network; url: string }[] };
export type SocialWords = Record<Network | "title", string>;

export function readSocialFields(value: unknown): ReadFields<SocialFields> {
  const given = asFields(value)?.links;
  if (!asFields(value)) return NO_OBJECT;
  if (!Array.isArray(given) || given.length === 0 || given.length > BRAND_LINKS_MAX)
    return { kind: "invalid", reason: `links is not a list of 1 to ${BRAND_LINKS_MAX} links` };
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
