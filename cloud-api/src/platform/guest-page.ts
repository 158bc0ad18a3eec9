import { createHash } from "node:crypto";
import { drawLayout, drawStyle, findPlace } from "@foyer/blocks";
import type { Brand, Language } from "@foyer/contract";
import type { FastifyReply } from "fastify";

/** A page that the cloud draws itself, and what a browser may do with it. */
export type GuestPage = { html: string; policy: string };

type Whole = {
  brand: Brand | null;
  /** What stands at the head where there is no brand. */
  name: string;
  language: Language;
  /** In which it can be read, each by its address. */
  languages: readonly { language: Language; href: string }[];
  title: string;
  body: string;
  style?: string;
  refresh?: { seconds: number; url: string } | undefined;
};

/** A whole page that looks like those of guests; nothing in it is loaded from elsewhere or runs. */
export function drawGuestPage(whole: Whole): GuestPage {
  const { brand, name, language, languages, title, body, style = "", refresh } = whole;
  const sheet = drawStyle({ brand, language, background: null, blockStyle: style });
  const brandName = brand?.name ?? name;
  const logo = brand?.logo ?? null;
  const html = drawLayout(
    {
      ...{ language, languages, sheet, brandName, logo, title, background: false },
      ...{ place: findPlace(brandName, name), refresh },
    },
    body,
  );
  const hash = createHash("sha256").update(sheet).digest("base64");
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
  return { html, policy };
}

export function sendPage(
  reply: FastifyReply,
  { html, policy, status }: GuestPage & { status: number },
): FastifyReply {
  return (
    reply
      .code(status)
      .type("text/html; charset=utf-8")
      .header("content-security-policy", policy)
      // Without a referrer a browser would not say where its form comes from.
      .header("referrer-policy", "same-origin")
      .send(html)
  );
}
