import { existsSync } from "node:fs";
import { join } from "node:path";
import { generateSync } from "otplib";
import { type Browser, chromium, type Page } from "playwright-core";
import { describe, expect, test } from "vitest";

/** For expect.poll: a page may take its time on a busy machine. */
export const PATIENTLY = { timeout: 30_000, interval: 50 };

/** The same engine without a browser around it costs two fifths less processor time; Ubuntu lacks it. */
const HEADLESS_SHELL = "/usr/lib/chromium/chromium-headless-shell";
const WHOLE = "/usr/bin/chromium";
const CHROMIUM = existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : WHOLE;
const APP = join(import.meta.dirname, "..", "dist", "app", "index.html");

/**
 * A describe of tests that need a browser. Where Chromium is missing they are skipped by name, or,
 * with FOYER_REQUIRE_PEERS=1, the run fails and says which package brings it.
 */
export function describeWithChromium(title: string, tests: () => void): void {
  const isMissing = !existsSync(CHROMIUM);
  const needs = isMissing ? " (needs the Debian package chromium)" : "";
  describe.skipIf(isMissing)(`${title}${needs}`, tests);
  if (isMissing && process.env.FOYER_REQUIRE_PEERS === "1")
    test("chromium is here", () => {
      throw new Error("chromium is missing: apt-get install chromium");
    });
}

/** The engine alone knows nothing of apps that are installed: `isWhole` is for those. */
export async function launchBrowser({ isWhole = false } = {}): Promise<Browser> {
  if (!existsSync(APP)) throw new Error(`${APP} is missing: run \`pnpm build\` first`);
  return chromium.launch({
    executablePath: isWhole ? WHOLE : CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Chromium drops what is under way when an address of the machine comes or goes, as it does while
 * another test makes network namespaces. That is no fault of the page.
 */
const NETWORK_CHANGED = "ERR_NETWORK_CHANGED";

function goAgainWhenNetworkChanges(page: Page): void {
  const go = page.goto.bind(page);
  // A page whose style did not come is there, and looks like nothing.
  let hasLost = false;
  page.on("requestfailed", (request) => {
    const isPart = ["stylesheet", "script"].includes(request.resourceType());
    if (isPart && request.failure()?.errorText.includes(NETWORK_CHANGED)) hasLost = true;
  });
  page.goto = async (address, options) => {
    hasLost = false;
    try {
      const answer = await go(address, options);
      return hasLost ? await go(address, options) : answer;
    } catch (error) {
      if (!String(error).includes(NETWORK_CHANGED)) throw error;
      return await go(address, options);
    }
  };
}

/** A browser of somebody's own, and what it did that it must not do. */
export type Visitor = {
  page: Page;
  /** Addresses of other hosts that were asked for. */
  foreignRequests: string[];
  /** What the browser or the app complained about on the console. */
  complaints: string[];
  close: () => Promise<void>;
};

export type VisitorOptions = {
  origin: string;
  locale?: string;
  timeZone?: string;
  width?: number;
  height?: number;
};

export async function openVisitor(browser: Browser, options: VisitorOptions): Promise<Visitor> {
  const { origin, locale = "en-GB", width = 1280, height = 900 } = options;
  const { timeZone = "Asia/Ho_Chi_Minh" } = options;
  const context = await browser.newContext({
    baseURL: origin,
    locale,
    timezoneId: timeZone,
    viewport: { width, height },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENTLY.timeout);
  goAgainWhenNetworkChanges(page);
  const foreignRequests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) foreignRequests.push(url);
  });
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // Whether somebody is signed in is asked of the API, which answers a stranger with 401.
    if (message.location().url === `${origin}/api/v1/session`) return;
    if (message.text().includes(NETWORK_CHANGED)) return;
    complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, foreignRequests, complaints, close: () => context.close() };
}

/** The same, with somebody of the staff signed in, before the first page. */
export async function enterStaffApp(
  browser: Browser,
  { email, password }: { email: string; password: string },
  options: VisitorOptions,
): Promise<Visitor> {
  const visitor = await openVisitor(browser, options);
  const { page } = visitor;
  await page.goto("/");
  await signInAs(page, { email, password });
  await page.getByRole("heading", { level: 1, name: /Overview|Tổng quan/ }).waitFor();
  return visitor;
}

/** Fills in the form that is shown to whoever is not signed in. */
export async function signInAs(
  page: Page,
  { email, password }: { email: string; password: string },
): Promise<void> {
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
}

/** On the English page that asks for it, by an authenticator app whose clock shows this. */
export async function setUpTwoStepsOn(page: Page, now: Date): Promise<void> {
  await page.getByRole("button", { name: "Set up" }).click();
  await page.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  const secret = (await page.locator("code").first().textContent()) ?? "";
  const epoch = Math.floor(now.getTime() / 1000);
  await page.locator("input[name=code]").fill(generateSync({ secret, epoch }));
  await page.getByRole("button", { name: "Turn on" }).click();
  const codes = page.locator("code");
  await codes.nth(9).waitFor({ timeout: PATIENTLY.timeout });
  expect(await codes.count()).toBe(10);
  await page.getByRole("button", { name: "I have kept them" }).click();
}

export type Account = { tenantName?: string; name: string; email: string; password: string };

/** Fills in the form that makes an account, in whatever language it is. */
export async function createAccount(page: Page, account: Account): Promise<void> {
  for (const [field, value] of Object.entries(account))
    await page.locator(`input[name=${field}]`).fill(value);
  await page.locator("button[type=submit]").click();
}
