import { findGuestByPhone, listConsents } from "@foyer/branch-store";
import { type Browser, readCode, type TestPortal } from "./open-portal.ts";

export const PHONE = "0912345678";
export const E164 = "+84912345678";
export const LINK = "Your data and consents";
export const STRANGER = { mac: "02-AA-BB-CC-00-66", ip: "10.10.0.66" };

/** Lan signs in with her number, tells her name and says yes to news, up to the NAS. */
export async function signLanIn(portal: TestPortal) {
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details", { name: "Lan", marketing: browser.tick("marketing") });
  return browser;
}

/** The page after access, as the NAS leads to it. */
export async function openOnline(browser: Browser) {
  const back = new URL(browser.page.location ?? "").searchParams.get("userurl") ?? "";
  const { pathname, search } = new URL(back);
  return await browser.open(pathname + search);
}

/** Proves a number on the pages about data, from the first page of whoever the browser is. */
export async function prove(portal: TestPortal, browser: Browser, phone = PHONE) {
  await browser.arrive();
  await browser.click(LINK);
  await browser.submit("/privacy/number", { phone });
  const code = await readCode(portal, phone === PHONE ? E164 : undefined);
  await browser.submit("/privacy/code", { code });
  return code;
}

export const guestOf = (portal: TestPortal) =>
  portal.store.read((tx) => findGuestByPhone(tx, E164));

export function sayingsOf(portal: TestPortal) {
  const guestId = guestOf(portal)?.id ?? "";
  const consents = portal.store.read((tx) => listConsents(tx, guestId));
  return Object.fromEntries(consents.map(({ purpose, given }) => [purpose, given]));
}
