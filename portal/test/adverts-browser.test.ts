import { existsSync } from "node:fs";
import { giveConsent, listUnsent, seeDevice, startSession } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { CHROMIUM, goOnline, openKnownBranch, openPage } from "./browser-branch.ts";
import { MAC, signedNas } from "./open-portal.ts";

const TAGS = { metaPixelId: "1234567890123456", googleTagId: "G-AB12CD34EF" };
const ELSEWHERE = /^https:\/\/[^/]*(facebook|google|doubleclick)/;

/**
 * What Meta's and Google's scripts do with the queue they find, as they document it: each event goes to
 * an address of theirs with its name and id, beside where the script runs.
 */
const META_SCRIPT = `for (const [verb, id, name, , { eventID } = {}] of window.fbq.queue)
  if (verb === "trackSingleCustom") new Image().src = "https://www.facebook.com/tr/?" + new URLSearchParams(
    { id, ev: name, eid: eventID, dl: location.href, rl: document.referrer });`;
const GOOGLE_SCRIPT = `for (const [verb, name, values] of window.dataLayer)
  if (verb === "event") fetch("https://www.google-analytics.com/g/collect?" + new URLSearchParams(
    { tid: values.send_to, en: name, "ep.event_id": values.event_id, dl: location.href }));`;

type Visit = { page: Page; asked: string[]; told: () => string[] };

type Options = { agrees: boolean; hang?: boolean; clock?: () => Date };

/** Lan, who said yes to adverts or nothing of them, goes online. */
async function visit({ agrees, hang = false, clock }: Options): Promise<Visit> {
  const { url, store, lan } = await openKnownBranch((settings: BranchSettings) => {
    settings.advertTags = TAGS;
  }, clock);
  store.transaction((tx) => {
    const device = seeDevice(tx, { mac: MAC, nasId: signedNas.id, by: "portal" });
    const who = { guestId: lan.id, deviceId: device.id, nasId: signedNas.id };
    const text = { textVersion: 3, textSha256: "a".repeat(64), language: "en" } as const;
    if (agrees) giveConsent(tx, { ...who, purpose: "ads", ...text });
    startSession(tx, { nasId: signedNas.id, acctSessionId: "s-1", mac: MAC, at: tx.now });
  });
  const page = await openPage({ scripts: true });
  const asked: string[] = [];
  await page.context().route(ELSEWHERE, (route) => {
    const address = route.request().url();
    asked.push(address);
    if (hang) return;
    const body = address.includes("fbevents") ? META_SCRIPT : GOOGLE_SCRIPT;
    return route.fulfill({
      body,
      contentType: "text/javascript",
      headers: { "access-control-allow-origin": "*" },
    });
  });
  await page.goto(url);
  await goOnline(page);
  const told = () =>
    store
      .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 500 }))
      .flatMap(({ type, payload }) =>
        type === "advert-tag.shown" ? [String(payload.advertEventId)] : [],
      );
  return { page, asked, told };
}

const PATIENTLY = { timeout: 15_000, interval: 50 };
const readMain = (page: Page) => page.locator("main").textContent();

test.skipIf(!existsSync(CHROMIUM))(
  "part of MC-3.8: with the ads consent a real browser tells Meta and Google of the visit by the id that the cloud is told",
  async () => {
    const { page, asked, told } = await visit({ agrees: true });
    const find = (host: string) => asked.find((each) => each.startsWith(host));
    await expect.poll(() => find("https://www.facebook.com/tr/"), PATIENTLY).toBeDefined();
    await expect.poll(() => find("https://www.google-analytics.com/"), PATIENTLY).toBeDefined();
    const [eventId] = told();
    const meta = new URL(find("https://www.facebook.com/tr/") ?? "").searchParams;
    expect(Object.fromEntries(meta)).toMatchObject({
      ...{ id: TAGS.metaPixelId, ev: "GuestVisit", eid: eventId, rl: "" },
    });
    const google = new URL(find("https://www.google-analytics.com/") ?? "").searchParams;
    expect(Object.fromEntries(google)).toMatchObject({
      ...{ tid: TAGS.googleTagId, en: "GuestVisit", "ep.event_id": eventId },
    });
    // All that they learn of where they run is that id.
    for (const each of [meta, google])
      expect(new URL(each.get("dl") ?? "").pathname).toBe(`/adverts/${eventId}`);
    expect(asked.join("\n")).not.toMatch(/Lan|912345678|[?&]c=/);
    expect(told()).toHaveLength(1);
    const frame = page.frames().find((each) => each.url().includes("/adverts/"));
    // The frame has no origin: nothing of the page around it is open to what loads there.
    expect(
      await frame?.evaluate("try { parent.document.title } catch (error) { error.name }"),
    ).toBe("SecurityError");
  },
  40_000,
);

test.skipIf(!existsSync(CHROMIUM))(
  "part of MC-3.8: without it the browser asks nobody else for anything",
  async () => {
    const { page, asked, told } = await visit({ agrees: false });
    await page.waitForLoadState("load");
    expect(page.frames()).toHaveLength(1);
    expect(asked).toEqual([]);
    expect(told()).toEqual([]);
  },
  40_000,
);

test.skipIf(!existsSync(CHROMIUM))(
  "part of MC-3.8: where the hosts never answer the page is there as without them",
  async () => {
    // Both pages say until when, to the minute.
    const now = new Date();
    const clock = () => now;
    const without = await visit({ agrees: false, clock });
    const { page, asked } = await visit({ agrees: true, hang: true, clock });
    await expect.poll(() => asked.length, PATIENTLY).toBe(2);
    // Nothing waits for what was asked for: the page is whole, and leads on when it would have.
    await page.waitForLoadState("load");
    expect(await page.evaluate("document.readyState")).toBe("complete");
    expect(await readMain(page)).toBe(await readMain(without.page));
    const size = (of: Page) =>
      of.evaluate("[document.body.scrollWidth, document.body.scrollHeight]");
    expect(await size(page)).toEqual(await size(without.page));
  },
  60_000,
);
