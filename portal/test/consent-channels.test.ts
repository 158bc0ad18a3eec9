import { listConsents } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { byChannel } from "./by-channel.ts";
import { type Browser, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";
import { guestOf, LINK, openOnline, PHONE, signLanIn } from "./prove-number.ts";

async function atDetails(portal: TestPortal): Promise<Browser> {
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  return browser;
}

function marketingOf(portal: TestPortal) {
  const guestId = guestOf(portal)?.id ?? "";
  return portal.store
    .read((tx) => listConsents(tx, guestId))
    .filter(({ purpose }) => purpose === "marketing")
    .map(({ channel, given, textVersion }) => [channel, given, textVersion]);
}

test("messages are asked about in one sentence, with a box for each channel the branch sends by, none ticked", async () => {
  const portal = await openTestPortal({ settings: byChannel });
  const browser = await atDetails(portal);
  const { html, words } = browser.page;
  expect(words.match(/Send me offers/g)).toHaveLength(1);
  expect(html).toMatch(/type="checkbox" name="marketing-sms"/);
  expect(html).toMatch(/type="checkbox" name="marketing-zalo"/);
  expect(html).not.toMatch(/name="marketing(-email)?"/);
  expect(html).not.toMatch(/\schecked/);
  const handedBack = await browser.post("/details");
  expect(handedBack.location).toContain("/logon?");
  expect(marketingOf(portal)).toEqual([]);
});

test("a yes to one channel is none to the other, and is told with it, its text and its version", async () => {
  const portal = await openTestPortal({ settings: byChannel });
  const browser = await atDetails(portal);
  const zalo = browser.tick("marketing-zalo");
  await browser.submit("/details", { "marketing-zalo": zalo, "marketing-email": zalo });
  expect(marketingOf(portal)).toEqual([["zalo", true, 2]]);
  expect(portal.events("consent.given").at(-1)?.payload).toMatchObject({
    ...{ purpose: "marketing", channel: "zalo", textVersion: 2, language: "en" },
  });
});

test("corrected by going back, a channel that is ticked no more is taken back by itself", async () => {
  const portal = await openTestPortal({ settings: byChannel });
  const browser = await atDetails(portal);
  const [sms, zalo] = [browser.tick("marketing-sms"), browser.tick("marketing-zalo")];
  await browser.post("/details", { "marketing-sms": sms, "marketing-zalo": zalo });
  portal.pass(8);
  await browser.post("/details", { "marketing-zalo": zalo });
  expect(marketingOf(portal)).toEqual([
    ["sms", false, 2],
    ["zalo", true, 2],
  ]);
});

test("a tick under words that changed meanwhile is a yes to nothing", async () => {
  const portal = await openTestPortal({ settings: byChannel });
  const browser = await atDetails(portal);
  const sms = browser.tick("marketing-sms");
  portal.change(({ marketingText }) => {
    if (marketingText) Object.assign(marketingText, { version: 3, channels: ["email", "sms"] });
  });
  await browser.submit("/details", { "marketing-sms": sms });
  expect(marketingOf(portal)).toEqual([]);
});

test("on their page a guest takes one channel back by one tap, all by another, and agrees to one again", async () => {
  const portal = await openTestPortal({ settings: byChannel });
  const browser = await atDetails(portal);
  const [sms, zalo] = [browser.tick("marketing-sms"), browser.tick("marketing-zalo")];
  await browser.submit("/details", { "marketing-sms": sms, "marketing-zalo": zalo });
  await openOnline(browser);
  await browser.click(LINK);
  expect(browser.page.words).toMatch(/SMS You agreed on .* Zalo You agreed on/);
  const marketing = { purpose: "marketing" };
  await browser.submit("/privacy/withdraw", { ...marketing, channel: "sms" });
  expect(browser.page.words).toMatch(/SMS You took it back on .* Zalo You agreed on/);
  expect(portal.events("consent.withdrawn").map(({ payload }) => payload.channel)).toEqual(["sms"]);
  await browser.post("/privacy/withdraw", { ...marketing, channel: "email" });
  expect(portal.events("consent.withdrawn")).toHaveLength(1);
  expect(browser.page.html).not.toContain('name="marketing-zalo"');
  await browser.submit("/privacy/give", {
    ...marketing,
    "marketing-sms": browser.tick("marketing-sms"),
  });
  await browser.submit("/privacy/withdraw", { ...marketing, channel: "all" });
  expect(marketingOf(portal).map(([, given]) => given)).not.toContain(true);
  await browser.submit("/privacy/withdraw", { ...marketing, channel: "all" });
  expect(portal.events("consent.withdrawn")).toHaveLength(2);
});

test("who agreed before there were channels sees each of them, and keeps the others on taking one back", async () => {
  const portal = await openTestPortal();
  const browser = await signLanIn(portal);
  portal.change(byChannel);
  await openOnline(browser);
  await browser.click(LINK);
  expect(browser.page.words).toMatch(
    /SMS You agreed on .* Zalo You agreed on .* Email You agreed on/,
  );
  await browser.submit("/privacy/withdraw", { purpose: "marketing", channel: "email" });
  expect(marketingOf(portal)).toEqual([
    [null, true, 1],
    ["email", false, 1],
  ]);
  expect(browser.page.words).toMatch(/Zalo You agreed on .* Email You took it back on/);
});
