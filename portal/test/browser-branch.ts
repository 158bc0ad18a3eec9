import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  type BranchStore,
  type Guest,
  openBranchStore,
  seeDevice,
  signInGuest,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { startPortal } from "../src/start.ts";
import { handOff, MAC, signedNas } from "./open-portal.ts";

const require = createRequire(import.meta.url);
export const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A branch with Lan, who is known, behind a NAS that lets in whoever brings a ticket; its time is `clock`'s. */
export async function openKnownBranch(
  change: (settings: BranchSettings) => void,
  clock = () => new Date(),
): Promise<{ url: string; store: BranchStore; lan: Guest }> {
  const nasOrigin = await listen((request, response) => {
    const url = new URL(request.url ?? "/", "http://nas");
    response.writeHead(302, { location: url.searchParams.get("userurl") ?? "/" }).end();
  });
  const folder = mkdtempSync(join(tmpdir(), "foyer-welcome-"));
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const boxId = "01990000-0000-7000-8000-000000000003";
  const identity = { tenantId: settings.tenantId, branchId: settings.branch.id, boxId };
  const store = openBranchStore({ folder, identity, clock });
  const place = { stateFolder: folder, store, host: "127.0.0.1", port: 0 };
  const portal = await startPortal({ ...place, logLevel: "silent" });
  const uamServer = `${portal.origin}/portal`;
  settings.nas = [{ ...signedNas, uamServer, loginOrigins: [nasOrigin] }];
  settings.branch.languages = ["en", "vi", "fa"];
  settings.legalTexts = settings.legalTexts.slice(0, 1);
  change(settings);
  const lan = store.transaction((tx) => {
    applySettings(tx, settings);
    const device = seeDevice(tx, { mac: MAC, nasId: signedNas.id, by: "portal" });
    const who = { deviceId: device.id, nasId: signedNas.id, details: { name: "Lan" } };
    const phone = "+84912345678";
    return signInGuest(tx, { ...who, language: "en", termsVersion: 1, phone, proved: true });
  });
  onTestFinished(async () => {
    await portal.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const uamport = new URL(nasOrigin).port;
  const arrival = { mac: MAC, ip: "127.0.0.1", uamip: "127.0.0.1", uamport };
  return { url: portal.origin + handOff({ ...signedNas, uamServer }, arrival), store, lan };
}

/** The same, by its address alone. */
export const openBranch = async (change: (settings: BranchSettings) => void): Promise<string> =>
  (await openKnownBranch(change)).url;

export async function openPage(options: {
  width?: number;
  locale?: string;
  still?: boolean;
  scripts?: boolean;
}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET] });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: options.width ?? 390, height: 844 },
    ...{ javaScriptEnabled: options.scripts ?? false, locale: options.locale ?? "en-GB" },
    reducedMotion: options.still ? "reduce" : "no-preference",
  });
  return context.newPage();
}

export async function goOnline(page: Page) {
  const terms = page.locator('input[name="terms"]');
  if (await terms.count()) await terms.check();
  await page.locator('form[action="/returning"] button:not(.plain)').click();
  await page.locator(".mark.draw").waitFor();
}
