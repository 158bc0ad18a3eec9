import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, findTicket, openBranchStore } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { startPortal } from "../src/start.ts";
import { handOff, MAC, signedNas } from "./open-portal.ts";
import { readPasspointFile, readPlist } from "./xml.ts";

const require = createRequire(import.meta.url);
const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
/** WCAG 2.2 §2.5.8 asks for 24; thumbs are happier with this. */
const TARGET_PIXELS_MIN = 44;

/** A NAS as the browser meets it: takes the log-in, and leads on to where it was asked to. */
async function openNas() {
  const logOns: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://nas");
    if (url.pathname === "/logon") logOns.push(url);
    response.writeHead(302, { location: url.searchParams.get("userurl") ?? "/" }).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { logOns, port: (server.address() as AddressInfo).port };
}

async function openBranch(change: Partial<BranchSettings> = {}) {
  const nasServer = await openNas();
  const folder = mkdtempSync(join(tmpdir(), "foyer-browser-"));
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const identity = {
    tenantId: settings.tenantId,
    branchId: settings.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const portal = await startPortal({
    stateFolder: folder,
    store,
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
  });
  const nas = {
    ...signedNas,
    uamServer: `${portal.origin}/portal`,
    loginOrigins: [`http://127.0.0.1:${nasServer.port}`],
  };
  store.transaction((tx) => applySettings(tx, { ...settings, nas: [nas], ...change }));
  onTestFinished(async () => {
    await portal.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const uamport = String(nasServer.port);
  const arrival = { mac: MAC, ip: "127.0.0.1", uamip: "127.0.0.1", uamport };
  return { portal, store, nasServer, arrivalUrl: portal.origin + handOff(nas, arrival) };
}

async function openChromium(width: number, options: { userAgent?: string } = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET] });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    javaScriptEnabled: false,
    locale: "en-GB",
    ...options,
  });
  const page = await context.newPage();
  const hosts = new Set<string>();
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) hosts.add(new URL(request.url()).hostname);
  });
  return { page, hosts };
}

/** No page scrolls sideways, and whatever is tapped is large enough for a thumb. */
async function checkLayout(page: Page, width: number) {
  const body = await page.locator("body").boundingBox();
  expect(body?.width).toBeLessThanOrEqual(width);
  const targets = "button, .button, .address, input:not([type=hidden]), select";
  for (const target of await page.locator(targets).all()) {
    const box = await target.boundingBox();
    const isTick = (await target.getAttribute("type")) === "checkbox";
    const label = isTick ? await target.locator("..").boundingBox() : box;
    expect(label?.height, await target.innerHTML()).toBeGreaterThanOrEqual(TARGET_PIXELS_MIN);
  }
}

test.skipIf(!existsSync(CHROMIUM)).each([390, 1280])(
  "in a real browser %i px wide, without JavaScript, a guest gets online and is greeted when back",
  async (width) => {
    const { portal, store, nasServer, arrivalUrl } = await openBranch();
    const { page, hosts } = await openChromium(width);
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    await page.goto(arrivalUrl);
    await checkLayout(page, width);
    await page.getByLabel("Mobile number").fill("0912 345 678");
    await page.getByLabel("I agree to the Wi-Fi terms of use").check();
    await press("Send me a code");
    await checkLayout(page, width);
    const headers = { accept: "application/json" };
    const outbox = await fetch(`${portal.origin}/outbox`, { headers });
    const { messages } = (await outbox.json()) as { messages: { code: string }[] };
    await page.getByLabel("Six-digit code").fill(messages[0]?.code ?? "");
    await press("Go online");
    await checkLayout(page, width);
    await page.getByLabel("What should we call you?").fill("Lan");
    await press("Go online");
    await page.getByRole("heading", { name: "You're online, Lan" }).waitFor();
    const username = nasServer.logOns[0]?.searchParams.get("username") ?? "";
    expect(store.read((tx) => findTicket(tx, username))).toMatchObject({ mac: MAC });
    await page.context().clearCookies();
    await page.goto(arrivalUrl);
    await page.getByRole("heading", { name: "Hello Lan!" }).waitFor();
    await press("Go online");
    await page.getByRole("heading", { name: "You're online, Lan" }).waitFor();
    expect(nasServer.logOns).toHaveLength(2);
    expect([...hosts]).toEqual(["127.0.0.1"]);
  },
);

/** From the NAS's redirect to "you're online". */
async function signIn(page: Page, { portal, arrivalUrl }: Awaited<ReturnType<typeof openBranch>>) {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await page.goto(arrivalUrl);
  await page.getByLabel("Mobile number").fill("0912 345 678");
  await page.getByLabel("I agree to the Wi-Fi terms of use").check();
  await press("Send me a code");
  const headers = { accept: "application/json" };
  const outbox = await fetch(`${portal.origin}/outbox`, { headers });
  const { messages } = (await outbox.json()) as { messages: { code: string }[] };
  await page.getByLabel("Six-digit code").fill(messages[0]?.code ?? "");
  await press("Go online");
  await press("Go online");
  await page.getByRole("heading", { name: "You're online" }).waitFor();
}

test.skipIf(!existsSync(CHROMIUM)).each([390, 1280])(
  "in a sheet %i px wide a guest is told of an address, and a real browser downloads from there",
  async (width) => {
    const branch = await openBranch({
      memberWifi: {
        ...{ enabled: true, ssid: "Member's", domain: "wifi.cafe.example" },
        innerMethod: "mschapv2",
      },
    });
    // As the reference's C.2 has it: the sheet of an iPhone says no "Safari".
    const userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15";
    const { page: sheet } = await openChromium(width, { userAgent });
    await signIn(sheet, branch);
    await sheet.getByRole("link", { name: "Connect by itself next time" }).click();
    await sheet.getByRole("heading", { name: "Open this address in Safari" }).waitFor();
    await checkLayout(sheet, width);
    const address = (await sheet.locator(".address").textContent()) ?? "";

    const { page, hosts } = await openChromium(width);
    await page.goto(address);
    await checkLayout(page, width);
    const download = async (name: string) => {
      const [started] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name }).click(),
      ]);
      return readFileSync(await started.path(), "utf8");
    };
    const profile = readPlist(await download("Add it to iPhone, iPad or Mac"));
    expect(profile.PayloadDescription).toContain("Member's");
    const { leaves } = readPasspointFile(await download("Add it to Android"));
    expect(JSON.stringify(profile)).toContain(
      Object.entries(leaves).find(([path]) => path.endsWith("/Username"))?.[1],
    );
    await sheet.reload();
    await sheet.getByRole("button", { name: "Forget this device's key" }).click();
    await sheet.getByRole("heading", { name: "It's forgotten" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "This address no longer works" }).waitFor();
    expect([...hosts]).toEqual(["127.0.0.1"]);
  },
);
