import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import {
  countMessages,
  countTickets,
  handOff,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
} from "./open-portal.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const isMissing = !existsSync(CHROMIUM);
const STEP_MS_MAX = 30_000;

/** As reference C.2 has it: some sheets throw at whoever touches what others keep things in. */
const THROWING_STORAGE = `(() => {
  const fail = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
    Object.defineProperty(window, name, { get: fail });
  Object.defineProperty(Document.prototype, "cookie", { get: fail, set: fail });
  window.open = fail; window.alert = undefined; window.confirm = undefined;
})()`;

type Sheet = { javaScriptEnabled: boolean; closesAtEachStep: boolean };

/** A NAS as browsers meet it: it notes who is brought back to it. */
async function openNas() {
  const logOns: string[] = [];
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/logon")) logOns.push(request.url);
    response.setHeader("content-type", "text/html").end("<h1>Let in</h1>");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { logOns, port: (server.address() as AddressInfo).port };
}

/** A portal that listens, a NAS that notes who is brought back, and sheets that keep nothing. */
async function openMini(sheet: Sheet) {
  const { logOns, port: nasPort } = await openNas();
  const nas = { ...signedNas, loginOrigins: [`http://127.0.0.1:${nasPort}`] };
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.nas = [nas];
    },
  });
  await portal.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = portal.app.server.address() as AddressInfo;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET] });
  onTestFinished(() => browser.close());
  const faults: string[] = [];
  const open = async () => {
    const page = await openSheet(browser, { sheet, faults });
    const arrival = handOff(nas, {
      ...{ mac: MAC, ip: "127.0.0.1", uamip: "127.0.0.1", uamport: String(nasPort) },
    });
    await page.goto(`http://127.0.0.1:${port}${arrival}`);
    return page;
  };
  return { portal, logOns, faults, open };
}

type Noted = { sheet: Sheet; faults: string[] };

async function openSheet(browser: Browser, { sheet, faults }: Noted): Promise<Page> {
  const { javaScriptEnabled } = sheet;
  const context = await browser.newContext({ javaScriptEnabled, locale: "en-GB" });
  if (javaScriptEnabled) await context.addInitScript(THROWING_STORAGE);
  // No cookie is ever sent back.
  await context.route("http://127.0.0.1:*/**", async (route) => {
    const { cookie: _, ...headers } = await route.request().allHeaders();
    await route.continue({ headers });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS_MAX);
  page.on("pageerror", (error) => faults.push(error.message));
  return page;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function typeCode(portal: TestPortal, page: Page): Promise<void> {
  await page.getByLabel("Six-digit code").fill(await readCode(portal));
  await press(page, "Go online");
  await page.getByLabel("What should we call you?").waitFor();
}

test.skipIf(isMissing).each<[string, Sheet]>([
  ["without JavaScript and cookies", { javaScriptEnabled: false, closesAtEachStep: false }],
  ["whose storage throws", { javaScriptEnabled: true, closesAtEachStep: false }],
  ["that closes at every step", { javaScriptEnabled: false, closesAtEachStep: true }],
  ["that closes, and whose storage throws", { javaScriptEnabled: true, closesAtEachStep: true }],
])("in a sheet %s a guest is online once, with one message", async (_, sheet) => {
  const { portal, logOns, faults, open } = await openMini(sheet);
  let page = await open();
  const next = async () => {
    if (!sheet.closesAtEachStep) return;
    await page.context().close();
    page = await open();
  };
  await next();
  await page.getByLabel("Mobile number").fill("0912 345 678");
  await page.getByLabel("I agree to the Wi-Fi terms of use").check();
  await press(page, "Send me a code");
  await page.getByLabel("Six-digit code").waitFor();
  await next();
  await typeCode(portal, page);
  await next();
  if (sheet.closesAtEachStep) {
    // Whoever comes back now has proved who they are: one tap, and what was not answered yet.
    await press(page, "Go online");
    await page.getByLabel("What should we call you?").waitFor();
  }
  await press(page, "Go online");
  await page.getByRole("heading", { name: "Let in" }).waitFor();
  expect(logOns).toHaveLength(1);
  expect(await countMessages(portal)).toBe(1);
  expect(countTickets(portal)).toBe(1);
  expect(faults).toEqual([]);
});

test.skipIf(isMissing)(
  "a guest who goes on in another browser in the middle is online once, with one message",
  async () => {
    const { portal, logOns, open } = await openMini({
      ...{ javaScriptEnabled: false, closesAtEachStep: false },
    });
    const sheet = await open();
    await sheet.getByLabel("Mobile number").fill("0912 345 678");
    await sheet.getByLabel("I agree to the Wi-Fi terms of use").check();
    await press(sheet, "Send me a code");
    await sheet.getByLabel("Six-digit code").waitFor();
    const other = await open();
    await typeCode(portal, other);
    await press(other, "Go online");
    await other.getByRole("heading", { name: "Let in" }).waitFor();
    expect(logOns).toHaveLength(1);
    expect(await countMessages(portal)).toBe(1);
    expect(countTickets(portal)).toBe(1);
  },
);
