import type { AdvertTags } from "@foyer/contract";
import { TAGS_SCRIPT_HASH } from "./tags-script.ts";

type Hosts = { scripts: readonly string[]; pictures: readonly string[]; calls: readonly string[] };

/** Where Meta's pixel is loaded from, and where it tells what it is told. */
const META: Hosts = {
  scripts: ["https://connect.facebook.net"],
  pictures: ["https://www.facebook.com"],
  calls: ["https://www.facebook.com"],
};

const GOOGLE_ADS = [
  "https://www.googleadservices.com",
  "https://googleads.g.doubleclick.net",
  "https://pagead2.googlesyndication.com",
  "https://www.google.com",
];
/** For Analytics and for Ads: developers.google.com/tag-platform/security/guides/csp. */
const GOOGLE: Hosts = {
  scripts: ["https://www.googletagmanager.com", ...GOOGLE_ADS],
  pictures: ["https://*.google-analytics.com", "https://www.googletagmanager.com", ...GOOGLE_ADS],
  calls: [
    "https://*.google-analytics.com",
    "https://*.analytics.google.com",
    "https://www.googletagmanager.com",
    ...GOOGLE_ADS,
  ],
};

/** Opens the tags' frame, and it alone, to the hosts of those tags that it has. */
export function framePolicyOf({ metaPixelId, googleTagId }: AdvertTags): string {
  const hosts = [...(metaPixelId ? [META] : []), ...(googleTagId ? [GOOGLE] : [])];
  const list = (kind: keyof Hosts) => hosts.flatMap((each) => each[kind]).join(" ");
  return [
    "default-src 'none'",
    `script-src '${TAGS_SCRIPT_HASH}' ${list("scripts")}`,
    `img-src ${list("pictures")}`,
    `connect-src ${list("calls")}`,
    ...[FRAMED, "base-uri 'none'", "form-action 'none'"],
  ].join("; ");
}

const FRAMED = "frame-ancestors 'self'";

/** Of what stands in the frame before it has a tag, or instead of one. */
export const EMPTY_FRAME_POLICY = `default-src 'none'; ${FRAMED}`;
