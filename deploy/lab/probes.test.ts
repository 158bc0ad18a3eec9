import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Page, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBranchWithoutCloud } from "./branch-without-cloud.ts";
import { type Lab, openMiniBrowser, signIn } from "./lab.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { HTTPS_PROBE, PROBES, type Probe } from "./probes.ts";

const whyNot = tellWhyNot("The lab of probes", await findWhyNot());

/** Nothing else is a redirect that every asker takes for a captive network. */
const REDIRECTS = [302, 303, 307];
/** Chromium has these on its list of hosts that speak https alone, and asks no other question of them. */
const HTTPS_ALONE = new Set(["fedoraproject.org", "ping.archlinux.org"]);

const FIREFOX_GOES_ON_TO = "https://support.mozilla.org/kb/captive-portal";

type First = { response: Response; body: string };

const hostOf = ({ url }: Probe) => new URL(url).host;

/** What the browser is first answered when somebody opens the address; null: nothing, or not by http. */
async function openFirst(browser: Browser, url: string) {
  const [known] = browser.contexts();
  const context = known ?? (await browser.newContext({ javaScriptEnabled: false }));
  const page: Page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const first = new Promise<First>((resolve) => {
    page.once("response", async (response) => {
      const isWhole = response.status() === 200;
      // At once: a page that leads on by itself takes its answer along.
      const body = isWhole ? await response.body().catch(() => null) : null;
      resolve({ response, body: body?.toString() ?? "" });
    });
  });
  // An answer without a body, and what is left of a redirect, end a navigation in their own ways.
  const opened = page.goto(url, { timeout: 15_000 }).catch((fault: Error) => fault);
  const told = await Promise.race([first, opened.then(() => pause(2000, null))]);
  await opened;
  const shown = told && {
    url: told.response.url(),
    status: told.response.status(),
    location: told.response.headers().location ?? null,
    body: told.body,
    asked,
    title: await page.title().catch(() => ""),
  };
  await page.close();
  return shown;
}

const titleOf = async (browser: Browser, probe: Probe) => {
  const told = await openFirst(browser, probe.url);
  return { url: probe.url, ...told };
};

describe.skipIf(whyNot)("every question by which devices look whether they are online", () => {
  let lab: Lab;
  let browser: Browser;
  beforeAll(async () => {
    lab = await openBranchWithoutCloud(2);
    await lab.phone.join();
    // Upgrades to https would ask twice.
    browser = await lab.phone.openBrowser(
      "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode",
    );
  }, 400_000);
  afterAll(() => lab?.close());

  const forChromium = () => PROBES.filter((probe) => !HTTPS_ALONE.has(hostOf(probe)));

  it("is led to the portal by the gateway before access, and never answered as if the guest were online", async () => {
    for (const probe of PROBES) {
      const answer = await lab.phone.fetch(probe.url);
      expect({ url: probe.url, isLed: REDIRECTS.includes(answer?.status ?? 0) }).toEqual({
        ...{ url: probe.url, isLed: true },
      });
      expect(answer?.location?.startsWith(`${lab.box.portal.origin}/?fas=`)).toBe(true);
      expect(answer?.body).not.toContain("81ce4465");
    }
  }, 400_000);

  it("is answered by the portal itself with 302, where a NAS brings it all that guests ask for", async () => {
    const { hostname, port } = new URL(lab.box.portal.origin);
    for (const probe of PROBES) {
      const answer = await lab.phone.fetch(probe.url, "--connect-to", `::${hostname}:${port}`);
      const { status, location } = answer ?? {};
      expect({ url: probe.url, status, location }).toEqual({
        ...{ url: probe.url, status: 302, location: `${lab.box.portal.origin}/` },
      });
      expect(answer?.headers.get("cache-control")).toBe("no-store");
    }
    const intercepted = await lab.phone.openBrowser(
      "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode",
      `--host-resolver-rules=MAP *:80 ${hostname}:${port}`,
    );
    for (const probe of forChromium())
      expect(await titleOf(intercepted, probe)).toMatchObject({ url: probe.url, status: 302 });
    await intercepted.close();
  }, 400_000);

  it("shows Chromium the portal's page, whichever of them it opens", async () => {
    for (const probe of forChromium()) {
      const told = await titleOf(browser, probe);
      expect({ url: told.url, isLed: REDIRECTS.includes(told.status ?? 0) }).toEqual({
        ...{ url: probe.url, isLed: true },
      });
      expect(told.title).toContain("Foyer");
    }
  }, 400_000);

  it("is refused at once over TLS before access, and never answered in another's name", async () => {
    // What is dropped and not refused takes all the time it is given.
    const begun = performance.now();
    expect(await lab.phone.fetch(HTTPS_PROBE, "--insecure", "--max-time", "15")).toBeNull();
    expect(performance.now() - begun).toBeLessThan(12_000);
  }, 60_000);

  it("reaches the internet untouched once the guest is let in: to the byte, by curl and by Chromium", async () => {
    await signIn(lab, await openMiniBrowser(lab));
    for (const probe of PROBES) {
      const answer = await lab.phone.fetch(probe.url);
      const { status, body } = answer ?? {};
      expect({ url: probe.url, status, body }).toEqual({
        ...{ url: probe.url, status: probe.status, body: probe.body },
      });
      for (const [name, value] of Object.entries(probe.headers))
        expect(answer?.headers.get(name)).toBe(value);
    }
    for (const probe of forChromium()) {
      const { url, status, body, asked } = await titleOf(browser, probe);
      const isOnItsWay = probe.body.includes(FIREFOX_GOES_ON_TO);
      // That page leads on by itself, and takes its own answer along: where it led is what it said.
      const shown = isOnItsWay && asked?.includes(FIREFOX_GOES_ON_TO) ? probe.body : body;
      expect({ url, status, body: shown }).toEqual({
        ...{ url: probe.url, status: probe.status, body: probe.body },
      });
    }
    expect((await lab.phone.fetch(HTTPS_PROBE, "--insecure"))?.status).toBe(204);
  }, 400_000);
});
