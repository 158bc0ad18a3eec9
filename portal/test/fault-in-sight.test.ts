import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { AccessCode, BranchSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import { CHROMIUM, openPage } from "./browser-branch.ts";
import { handOff, MAC, openTestPortal, signedNas } from "./open-portal.ts";

/** Of the smallest phones that are sold. */
const SMALL_PHONE = { width: 360, height: 640 };

const CODE: AccessCode = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "ABCD2345", devicesMax: 1, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};

/** The first page of somebody new, in a window without JavaScript. */
async function arriveOnSmallPhone(change: (settings: BranchSettings) => void) {
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.nas = [signedNas];
      change(settings);
    },
  });
  await portal.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = portal.app.server.address() as AddressInfo;
  const page = await openPage({ still: true });
  await page.setViewportSize(SMALL_PHONE);
  await page.goto(`http://127.0.0.1:${port}${handOff(signedNas, { mac: MAC, ip: "127.0.0.1" })}`);
  return page;
}

const isInWindow = (selector: string) => `(() => {
  const { top, bottom } = document.querySelector("${selector}").getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
})()`;

test.skipIf(!existsSync(CHROMIUM))(
  "on a small phone the first fault of a form is in the window, and its field has the focus",
  async () => {
    const page = await arriveOnSmallPhone((settings) => {
      settings.signIn.accessCode = { enabled: true };
      settings.accessCodes = [CODE];
    });
    await page.check("input[name=terms]");
    await page.fill("#access-code", "ABCD 9999");
    await page.click("button[formaction='/access-code']");
    expect(await page.textContent("#access-code-hint")).toContain("We don't know this code");
    await expect.poll(() => page.evaluate(isInWindow("#access-code-hint"))).toBe(true);
    expect(await page.evaluate("document.activeElement.id")).toBe("access-code");
    // Of several the first, above which nothing is wrong.
    await page.uncheck("input[name=terms]");
    await page.click("button[formaction='/access-code']");
    expect(await page.evaluate("document.activeElement.name")).toBe("terms");
    expect(await page.locator("[autofocus]").count()).toBe(1);
  },
  60_000,
);
