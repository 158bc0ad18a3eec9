import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { handOff, MAC, openTestPortal, readCode, signedNas } from "./open-portal.ts";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
/** WCAG 2.2 §2.5.8 asks for 24; thumbs are happier with this. */
const TARGET_PIXELS_MIN = 44;

test.each([
  [390, "en-GB", "Your data and consents", "News and offers"],
  [1280, "vi-VN", "Dữ liệu và sự đồng ý của bạn", "Tin"],
  [390, "fa-IR", "داده‌ها و رضایت‌های شما", ""],
])(
  "at %i pixels a guest sees and changes their consents in %s",
  async (width, locale, link, words) => {
    const nasServer = createServer((_, response) => response.end("online"));
    await new Promise<void>((done) => nasServer.listen(0, "127.0.0.1", done));
    onTestFinished(() => {
      nasServer.closeAllConnections();
      nasServer.close();
    });
    const uamport = String((nasServer.address() as AddressInfo).port);
    const nas = { ...signedNas, loginOrigins: [`http://127.0.0.1:${uamport}`] };
    const asked = { mac: MAC, ip: "127.0.0.1", uamip: "127.0.0.1", uamport };
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.nas = [nas];
        settings.branch.languages = ["vi", "en", "fa"];
      },
    });
    await portal.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = portal.app.server.address() as AddressInfo;
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
      for (const target of await page.locator("button, .button, .foot, input[type=tel]").all())
        expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(TARGET_PIXELS_MIN);
    };
    const arrival = handOff(nas, asked);
    await page.goto(`http://127.0.0.1:${port}${arrival}`);
    await look("first");
    await page.fill("#phone", "0912345678");
    await page.check("input[name=terms]");
    await page.click("button >> nth=0");
    await page.fill("#code", await readCode(portal));
    await page.click("button >> nth=0");
    await page.fill("[name=name]", "Lan");
    await page.check("input[name=marketing]");
    await page.click("button >> nth=0");
    await page.waitForURL(/\/logon/);
    portal.pass(60);
    const again = handOff(nas, asked);
    await page.goto(`http://127.0.0.1:${port}${again}`);
    await page.click(`text=${link}`);
    await look("number");
    await page.fill("#phone", "0912345678");
    await page.click("button >> nth=0");
    await look("code");
    await page.fill("#code", await readCode(portal));
    await page.click("button >> nth=0");
    expect(await page.textContent("main")).toContain(words);
    await look("consents");
    await page.click("form[action='/privacy/withdraw']:has([value=marketing]) button");
    await look("withdrawn");
    await page.click("form[action='/privacy/copy'] button");
    await page.click("form[action='/privacy/delete'] button");
    await look("sure");
    await page.click("button >> nth=0");
    await look("deleted");
    expect(portal.events("guest.deletion-requested")).toHaveLength(1);
  },
  60_000,
);
