import type { Language } from "@foyer/contract";
import { mainOf, type PageSite } from "./page-site.ts";
import { askUntil } from "./test-cloud.ts";

let devices = 0;
/** A device that nobody has seen yet. */
export function nextMac(): string {
  devices += 1;
  return `AC-00-5E-FF-FF-${devices.toString(16).padStart(2, "0").toUpperCase()}`;
}

/** A phone at the box: it sends a page's form of the way in, and reads what that leads to. */
export function browse(site: PageSite, language: Language) {
  const headers = { "accept-language": language };
  const read = async (path: string): Promise<string> => {
    const answer = await fetch(pastNas(path), { headers, redirect: "manual" });
    const location = answer.headers.get("location");
    return location === null ? answer.text() : read(location);
  };
  // The access controller would let its guest in, and lead them on to where it was told.
  const pastNas = (path: string): URL => {
    const origin = site.portalOrigin();
    const url = new URL(path, origin);
    return url.origin === origin ? url : new URL(url.searchParams.get("userurl") ?? "", origin);
  };
  const send = async (page: string, fields: Record<string, string>): Promise<string> => {
    const [, action = "", c = ""] =
      /<form method="post" action="(?!\/survey")([^"]+)"[^>]*>[\s\S]*?name="c" value="([^"]+)"/.exec(
        page,
      ) ?? [];
    const [, terms = ""] = /name="terms" value="([^"]+)"/.exec(page) ?? [];
    const body = new URLSearchParams({ c, terms, ...fields });
    const answer = await fetch(new URL(action, site.portalOrigin()), {
      ...{ method: "POST", body, headers, redirect: "manual" },
    });
    const location = answer.headers.get("location");
    return location === null ? answer.text() : read(location);
  };
  return { read, send };
}

/** Somebody new asks for a code, and types it: the page with its field, and the one after it. */
export async function signInByCode(
  site: PageSite,
  language: Language,
  contact: Record<string, string>,
) {
  const { read, send } = browse(site, language);
  const first = await site.openWhole(nextMac(), language);
  const sent = await send(first, contact);
  const [, again = ""] = /content="\d+;url=([^"]+)"/.exec(sent) ?? [];
  const code = await askUntil(
    () => (again ? read(again) : Promise.resolve(sent)),
    (page) => page.includes('name="code"'),
  );
  const [, digits = ""] = /\b(\d{6})\b/.exec(mainOf(await read("/outbox"))) ?? [];
  return { code, details: await send(code, { code: digits }) };
}
