import { expect, test } from "vitest";
import { unifiNas } from "../src/nas/fixtures/controller-examples.ts";
import { findFreshStart } from "../src/step.ts";
import { openTestPortal, signedNas } from "./open-portal.ts";

const DOOR = "/captive-portal/door";
const CODE = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "WXYZ6789", devicesMax: 2, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};

test("a fresh page is had at the guest's own access controller, or wherever that takes hold of a browser", () => {
  const both = [signedNas, unifiNas];
  expect(findFreshStart(both, signedNas.id)).toBe("http://10.10.0.1:3990");
  expect(findFreshStart(both, unifiNas.id)).toBe(DOOR);
  expect(findFreshStart([unifiNas], null)).toBe(DOOR);
  expect(findFreshStart([], null)).toBe(DOOR);
});

test("behind a controller that names no address no page is a dead end", async () => {
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.nas = [unifiNas];
      settings.signIn.accessCode = { enabled: true };
      settings.accessCodes = [CODE];
    },
  });
  const browser = portal.browser();
  for (const [path, words] of [
    ["/", "Join the Wi-Fi first"],
    ["/wp-admin.php", "There's nothing here"],
    ["/start?c=made-up", "This page has been open for a while"],
    ["/?code=WXYZ-6789", "Your code is WXYZ-6789"],
  ] as const) {
    await browser.open(path);
    expect(browser.page.words, path).toContain(words);
    expect(browser.page.html, path).toContain(`class="button" href="${DOOR}"`);
  }
});
