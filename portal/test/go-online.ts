import { setTimeout as pause } from "node:timers/promises";
import type { Nas } from "@foyer/contract";
import { type Browser, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";

/** A portal whose only NAS is this one. */
export function openBehind(nas: Nas): Promise<TestPortal> {
  return openTestPortal({
    settings: (settings) => {
      settings.nas = [nas];
    },
  });
}

/** Signs a first-timer in by phone, up to where the portal leads on to the NAS. */
export async function signIn(
  portal: TestPortal,
  arrivalUrl: string,
  options: Parameters<TestPortal["browser"]>[0] = {},
): Promise<Browser> {
  const browser = portal.browser(options);
  await browser.open(arrivalUrl);
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details", { name: "Lan" });
  return browser;
}

const refreshOf = (html: string) =>
  /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(html)?.[1];

/** Follows the page "Connecting you" until it leads on, as a browser does that has time. */
export async function waitUntilTold(browser: Browser): Promise<void> {
  for (let looks = 0; looks < 200; looks += 1) {
    const url = refreshOf(browser.page.html);
    if (!url?.startsWith("/connecting")) return;
    await pause(20);
    await browser.open(url);
  }
  throw new Error("the guest waits for ever");
}

/** Opens the page that a redirect to the portal's own address leads to. */
export async function land(browser: Browser): Promise<void> {
  const { location } = browser.page;
  if (location === null) return;
  const url = new URL(location);
  await browser.open(url.pathname + url.search);
}

/** From the first page to "You're online". */
export async function goOnline(
  portal: TestPortal,
  arrivalUrl: string,
  options: Parameters<TestPortal["browser"]>[0] = {},
): Promise<Browser> {
  const browser = await signIn(portal, arrivalUrl, options);
  await waitUntilTold(browser);
  await land(browser);
  return browser;
}
