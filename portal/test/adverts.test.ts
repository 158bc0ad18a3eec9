import { findDeviceByMac, startSession, withdrawConsent } from "@foyer/branch-store";
import type { AdvertTags, BranchSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  type Browser,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
} from "./open-portal.ts";
import { guestOf, openOnline, PHONE } from "./prove-number.ts";

const TAGS: AdvertTags = { metaPixelId: "1234567890123456", googleTagId: "G-AB12CD34EF" };
const ADS = {
  ...{ purpose: "ads" as const, version: 3 },
  ...{ label: { en: "Yes to adverts" }, body: { en: "What adverts mean" } },
};

const openShop = (tags: AdvertTags | undefined = TAGS) =>
  openTestPortal({
    settings: (settings: BranchSettings) => {
      settings.legalTexts.push(ADS);
      if (tags) settings.advertTags = tags;
    },
  });

/** Lan signs in with her number, says yes to adverts or not, and is led to the page after access. */
async function signIn(portal: TestPortal, { agrees }: { agrees: boolean }): Promise<Browser> {
  const browser = portal.browser();
  await browser.arrive();
  expect(browser.page.html).not.toContain("iframe");
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  expect(browser.page.html).not.toContain("iframe");
  await browser.submit("/details", { name: "Lan", ...(agrees && { ads: browser.tick("ads") }) });
  await openOnline(browser);
  return browser;
}

/** The NAS tells of the session. */
const beginSession = (portal: TestPortal) =>
  portal.store.transaction((tx) =>
    startSession(tx, { nasId: signedNas.id, acctSessionId: "s-1", mac: MAC, at: tx.now }),
  );

const frameOf = (html: string) =>
  /<iframe src="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? null;
const told = (portal: TestPortal) => portal.events("advert-tag.shown");
const policyOf = ({ page }: Browser) => String(page.headers["content-security-policy"]);
const mainOf = (html: string) =>
  html
    .slice(html.indexOf("<main"), html.indexOf("</main>"))
    .replaceAll(/c=[\w.:-]+|value="[^"]+"/g, "");

async function openFrame(portal: TestPortal, page: Browser): Promise<Browser> {
  const frame = portal.browser();
  await frame.open(frameOf(page.page.html) ?? "");
  return frame;
}

test("part of MC-3.8: without the ads consent the page after access is, byte by byte, that of a branch without tags", async () => {
  const [bare, tagged] = [await openTestPortal(), await openShop()];
  bare.change((settings) => settings.legalTexts.push(ADS));
  const pages = [];
  for (const portal of [bare, tagged]) pages.push((await signIn(portal, { agrees: false })).page);
  const [before, after] = pages.map(({ html }) => html.replaceAll(/c=[\w.:-]+|value="[^"]+"/g, ""));
  expect(after).toBe(before);
  const policies = pages.map(({ headers }) => headers["content-security-policy"]);
  expect(policies[1]).toBe(policies[0]);
  beginSession(tagged);
  // Whoever writes the address by hand is shown none either, and nobody is told.
  const href = /\/privacy\?(c=[^"]+)/.exec(pages[1]?.html ?? "")?.[1] ?? "";
  const frame = tagged.browser();
  await frame.open(`/adverts?${href}`);
  expect(frame.page.html).not.toContain("script");
  expect(told(tagged)).toEqual([]);
});

test("part of MC-3.8: with it the tags load in a frame of their own, under the id that the cloud is told", async () => {
  const portal = await openShop();
  const browser = await signIn(portal, { agrees: true });
  beginSession(portal);
  expect(policyOf(browser)).toContain("frame-src 'self';");
  expect(policyOf(browser)).not.toContain("script-src");
  const frame = await openFrame(portal, browser);
  const [event] = told(portal);
  const { advertEventId, guestId, ...rest } = event?.payload ?? {};
  expect(rest).toMatchObject({ ...TAGS, name: "GuestVisit", textVersion: 3 });
  expect(guestId).toBe(guestOf(portal)?.id);
  expect(frame.page.html).toContain(`data-event="${advertEventId}"`);
  expect(frame.page.html).toContain(`data-meta="${TAGS.metaPixelId}"`);
  expect(frame.page.html).toContain(`data-google="${TAGS.googleTagId}"`);
  const policy = policyOf(frame);
  expect(policy).toMatch(/script-src 'sha256-[^']+' https:\/\/connect\.facebook\.net /);
  expect(policy).not.toMatch(/unsafe|nonce|default-src (?!'none')|https:(?!\/\/)/);
  // Opened anew and asked at once: the same id, told once.
  const again = await Promise.all(Array.from({ length: 8 }, () => openFrame(portal, browser)));
  for (const { page } of again) expect(page.html).toBe(frame.page.html);
  expect(told(portal)).toHaveLength(1);
});

test("part of MC-3.8: nothing of the guest is in the frame, in its address or beside the words of the page", async () => {
  const [portal, bare] = [
    await openShop(),
    await openShop({ metaPixelId: null, googleTagId: null }),
  ];
  const browser = await signIn(portal, { agrees: true });
  const untagged = await signIn(bare, { agrees: true });
  expect(untagged.page.html).not.toContain("iframe");
  expect(mainOf(browser.page.html)).toBe(mainOf(untagged.page.html));
  beginSession(portal);
  const frame = await openFrame(portal, browser);
  const [event] = told(portal);
  const address = portal.urls.at(-1);
  expect(address).toBe(`/adverts/${event?.payload.advertEventId}`);
  const guest = guestOf(portal);
  for (const secret of ["Lan", "912345678", MAC, guest?.id ?? "?", event?.payload.visitId ?? "?"])
    expect(frame.page.html).not.toContain(secret);
  expect(frame.page.headers["referrer-policy"]).toBe("no-referrer");
  expect(browser.page.html).toMatch(
    /<iframe [^>]*sandbox="allow-scripts" referrerpolicy="no-referrer" hidden>/,
  );
  expect(portal.logLines.join("\n")).not.toContain(String(event?.payload.advertEventId));
});

test("part of MC-3.8: the frame waits for the session a little, and never for ever", async () => {
  const portal = await openShop();
  const browser = await signIn(portal, { agrees: true });
  const frame = await openFrame(portal, browser);
  expect(frame.page.html).not.toContain("script");
  const refresh = String(frame.page.headers.refresh);
  expect(refresh).toMatch(/^2;url=\/adverts\?c=.*&looks=1$/);
  beginSession(portal);
  await frame.open(refresh.slice("2;url=".length));
  expect(frame.page.html).toContain(`data-event="${told(portal)[0]?.payload.advertEventId}"`);
  const other = await openShop();
  const href = frameOf((await signIn(other, { agrees: true })).page.html);
  for (const looks of ["15", "-1", "1e9", "x"]) {
    const waiting = await other.browser().open(`${href}&looks=${looks}`);
    expect(waiting.status).toBe(200);
    expect(waiting.headers.refresh).toBeUndefined();
  }
  expect(told(other)).toEqual([]);
});

test("part of MC-3.8: a yes that was taken back, another's id and a made-up one load nothing", async () => {
  const portal = await openShop();
  const browser = await signIn(portal, { agrees: true });
  beginSession(portal);
  await openFrame(portal, browser);
  const id = told(portal)[0]?.payload.advertEventId ?? "";
  const look = async (path: string) => (await portal.browser().open(path)).html;
  expect(await look(`/adverts/${id}`)).toContain(id);
  const made = [
    `${id}x`,
    "%00",
    "..%2F..%2Fprivacy",
    "'><script>alert(1)</script>",
    "a".repeat(190),
  ];
  for (const each of made)
    expect(
      await look(`/adverts/${each.startsWith("'") ? encodeURIComponent(each) : each}`),
    ).not.toContain("<script");
  portal.store.transaction((tx) =>
    withdrawConsent(tx, {
      ...{ guestId: guestOf(portal)?.id ?? "", nasId: signedNas.id, purpose: "ads" },
      deviceId: findDeviceByMac(tx, MAC)?.id ?? "",
      ...{ textVersion: 3, textSha256: "a".repeat(64), language: "en" },
    }),
  );
  expect(await look(`/adverts/${id}`)).not.toContain("script");
  expect(told(portal)).toHaveLength(1);
});
