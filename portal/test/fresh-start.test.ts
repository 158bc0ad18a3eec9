import { expect, test } from "vitest";
import { unifiNas } from "../src/nas/fixtures/controller-examples.ts";
import { findFreshStart } from "../src/step.ts";
import { openTestPortal, signedNas, unsignedNas } from "./open-portal.ts";

const DOOR = "/captive-portal/door";
const CODE = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "WXYZ6789", devicesMax: 2, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};

test("a fresh page is had at the guest's own access controller, or wherever that takes hold of a browser", () => {
  const both = [signedNas, unifiNas];
  expect(findFreshStart(both, signedNas.id)).toBe("http://10.10.0.1:3990");
  expect(findFreshStart(both, unifiNas.id)).toBe(DOOR);
  expect(findFreshStart([signedNas, unsignedNas], null)).toBe("http://10.10.0.1:3990");
  expect(findFreshStart(both, null)).toBe(DOOR);
  const elsewhere = { ...unsignedNas, loginOrigins: ["http://10.5.50.1"] };
  expect(findFreshStart([signedNas, elsewhere], null)).toBe(DOOR);
  expect(findFreshStart([unifiNas], null)).toBe(DOOR);
  expect(findFreshStart([], null)).toBe(DOOR);
});

test.each([
  ["a controller that names no address", [unifiNas]],
  ["one of several controllers", [signedNas, unifiNas]],
])("behind %s no page is a dead end", async (_, nas) => {
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.nas = nas;
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
