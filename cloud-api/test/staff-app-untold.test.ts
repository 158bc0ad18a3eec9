import { expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const TEST_MS = 120_000;
const SAVED = {
  ...{ name: "Phones", report: "policies", period: null, compared: "nothing", shared: true },
  ...{ days: { from: "2026-09-01", to: "2026-09-10" }, query: { forms: "phone" } },
};
/** What the API says of days with too many visits: see untold.test.ts of saved-reports. */
const REFUSED = {
  ...{ code: "invalid", message: "Too many.", field: "/from" },
  instead: { from: "2026-09-03", to: "2026-09-10" },
};

describeWithChromium("a saved report of too many visits, in a browser", () => {
  const app = openStaffApp({ mayComplain: true });

  test.each([
    ["en", 1280, "Show 3"],
    ["vi", 390, "Xem 3/9/2026 – 10/9/2026"],
  ] as const)(
    "one tap shows the days that can be told, with its filters, in %s %d pixels wide",
    {
      timeout: TEST_MS,
    },
    async (language, width, label) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      await owner.addBranch({ name: "Hồ Gươm" });
      const { body } = await owner.request("POST", "/api/v1/saved-reports", SAVED);
      const page = await app.enter(owner, { language, width });
      await page.route("**/figures?**", (route) => route.fulfill({ status: 400, json: REFUSED }));
      await page.goto(`/saved-reports/${(body as { id: string }).id}`);
      const tap = page.getByRole("alert").getByRole("link");
      await expect.poll(() => tap.textContent(), PATIENTLY).toContain(label);
      expect(await listFaults(page, "a saved report that is refused")).toEqual([]);
      await expectToFit(page, `saved-untold-${language}`);
      await tap.click();
      await expect.poll(() => new URL(page.url()).pathname, PATIENTLY).toBe("/reports/policies");
      const shown = Object.fromEntries(new URL(page.url()).searchParams);
      expect(shown).toEqual({ ...REFUSED.instead, forms: "phone" });
      app.takeComplaints();
    },
  );
});
