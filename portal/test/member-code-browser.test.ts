import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { openForMembers } from "./member-code.ts";
import { handOff, readCode, signedNas } from "./open-portal.ts";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
/** WCAG 2.2 §2.5.8 asks for 24; thumbs are happier with this. */
const TARGET_PIXELS_MIN = 44;

/** A portal and its NAS, which leads whoever logs in to where the portal wanted. */
async function openBranch() {
  let portalPort = 0;
  const nasServer = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://nas").searchParams.get("userurl");
    const { pathname, search } = new URL(asked ?? "http://portal/");
    const location = `http://127.0.0.1:${portalPort}${pathname}${search}`;
    response.writeHead(302, { location }).end();
  });
  await new Promise<void>((done) => nasServer.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    nasServer.closeAllConnections();
    nasServer.close();
  });
  const uamport = String((nasServer.address() as AddressInfo).port);
  const nas = { ...signedNas, loginOrigins: [`http://127.0.0.1:${uamport}`] };
  const portal = await openForMembers((settings) => {
    settings.nas = [nas];
    settings.branch.languages = ["vi", "en", "fa"];
  });
  await portal.app.listen({ host: "127.0.0.1", port: 0 });
  portalPort = (portal.app.server.address() as AddressInfo).port;
  const arrive = (page: Page, mac: string) =>
    page.goto(
      `http://127.0.0.1:${portalPort}${handOff(nas, { mac, ip: "127.0.0.1", uamip: "127.0.0.1", uamport })}`,
    );
  return { portal, arrive };
}

async function openPage({ width, locale }: { width: number; locale: string }) {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  onTestFinished(() => browser.close());
  // A press waits until a page stands still, which it otherwise does after its entrance.
  const context = await browser.newContext({
    ...{ viewport: { width, height: 844 }, javaScriptEnabled: false, locale },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const folder = process.env.FOYER_PICTURES;
  if (folder) mkdirSync(folder, { recursive: true });
  const look = async (name: string) => {
    const picture = `${name}-${width}-${locale}.png`;
    if (folder) await page.screenshot({ path: join(folder, picture), fullPage: true });
    const body = await page.locator("body").boundingBox();
    expect(body?.width).toBeLessThanOrEqual(width);
    for (const target of await page.locator("button, .button, .foot, .field input").all())
      expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(TARGET_PIXELS_MIN);
  };
  return { page, look };
}

test.each([
  [390, "en-GB"],
  [1280, "vi-VN"],
  [390, "vi-VN"],
  [390, "fa-IR"],
  [1280, "fa-IR"],
])(
  "at %i pixels, without scripts, a guest in %s is given a member code and comes in by it elsewhere",
  async (width, locale) => {
    const { portal, arrive } = await openBranch();
    const { page, look } = await openPage({ width, locale });
    await arrive(page, "02-AA-BB-CC-00-01");
    await look("first");
    await page.fill("#phone", "0912345678");
    await page.check("input[name=terms]");
    await page.click("button >> nth=0");
    await page.fill("#code", await readCode(portal));
    await page.click("button >> nth=0");
    await page.fill("[name=name]", "Lan");
    await page.click("button >> nth=0");
    await page.waitForURL(/\/online/);
    await look("online");
    await page.click("form[action='/member-code/new'] button");
    const code = (await page.textContent(".digits")) ?? "";
    expect(code).toMatch(/^[0-9]{4} [0-9]{4}$/);
    await look("given");
    await page.click(".sheet .button");
    await page.waitForURL(/\/online/);
    // Another phone: it has no token of this one.
    await page.context().clearCookies();
    await arrive(page, "02-AA-BB-CC-00-09");
    await page.click("a[href^='/member-code']");
    await look("member");
    await page.fill("#phone", "0912345678");
    await page.fill("#member-code", "0000 0000");
    await page.check("input[name=terms]");
    await page.click("button >> nth=0");
    expect(await page.locator("#member-code-hint").getAttribute("role")).toBe("alert");
    await look("wrong");
    await page.fill("#member-code", code);
    await page.check("input[name=terms]");
    await page.click("button >> nth=0");
    await page.waitForURL(/\/online/);
    expect(await page.textContent("h1")).toContain("Lan");
  },
  60_000,
);
