import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const MINUTE = 60_000;

describeWithChromium("what the nights' checks of the reports found", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;

  beforeEach(async () => {
    owner = await app.site.addOwner("Cà phê Sông Hương");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    const box = await owner.addBox(branchId);
    const at = app.site.now();
    const lan = box.signIn({ phone: "+84912345678", name: "Lan", at });
    const visit = box.visit({ ...lan, startedAt: at, endedAt: null });
    await box.push([...lan.events, ...visit.events]);
    const counted = await askUntil(
      () => count("report_visits"),
      (visits) => visits === 1,
    );
    expect(counted).toBe(1);
  });

  const count = async (table: string) =>
    (
      await app.site.readAsAdministrator<{ count: number }>(
        `select count(*)::integer as count from ${table} where tenant_id = $1`,
        [owner.tenantId],
      )
    )[0]?.count;
  const words = (page: Page) => page.locator("main").textContent();

  /** Two nights: of the second's days one differed. */
  async function keepNights(): Promise<void> {
    const [first, second] = [40, 10].map(
      (minutes) => new Date(app.site.now().getTime() - minutes * MINUTE),
    );
    await app.site.asAdministrator(
      `insert into report_checks (tenant_id, checked_at, first_day, last_day, branch_days, faults,
         is_by_branch)
       values ($1, $2, '2026-11-20', '2026-11-26', 7, 0, true),
         ($1, $3, '2026-11-21', '2026-11-27', 7, 1, true)`,
      [owner.tenantId, first, second],
    );
    await app.site.asAdministrator(
      `insert into report_faults (tenant_id, branch_id, day, found_at, numbers)
       values ($1, $2, '2026-11-24', $3, '{"visits": {"report": 1203, "visits": 1201}}')`,
      [owner.tenantId, branchId, second],
    );
  }

  test("nothing yet is said in words, with what comes", async () => {
    const page = await app.enter(owner, { language: "en" });
    await page.goto("/reports/checks");
    await expect.poll(() => words(page), PATIENTLY).toContain("No night has passed yet");
  });

  test.each([
    [1280, "en"],
    [390, "vi"],
  ] as const)(
    "each night, and the days that differed with both numbers, are shown, and all is counted anew, at %i pixels",
    async (width, language) => {
      await keepNights();
      const page = await app.enter(owner, { width, language });
      await page.goto("/reports");
      await page.getByRole("link", { name: /^(Đối chiếu số liệu|Checks of the figures)$/ }).click();
      await expect.poll(() => words(page), PATIENTLY).toMatch(/1[.,]203/);
      const shown = await words(page);
      for (const part of [/1[.,]201/, /Hồ Gươm/, /Waits to be counted|Chờ đếm lại/, /14/])
        expect(shown).toMatch(part);
      await expectToFit(page, `report-checks-${language}`);
      await page.getByRole("button", { name: /^(Đếm lại tất cả|Count everything anew)$/ }).click();
      await expect.poll(() => words(page), PATIENTLY).toMatch(/Đã đếm lại tất cả|was counted anew/);
      await expect.poll(() => count("report_recounts"), PATIENTLY).toBe(0);
      // What differed is mended by it.
      await expect
        .poll(() => words(page), PATIENTLY)
        .not.toMatch(/Waits to be counted|Chờ đếm lại/);
      await expectToFit(page, `report-checks-done-${language}`);
    },
  );

  test("whoever may not count anew reads the same, without the button", async () => {
    await keepNights();
    const page = await app.enter(await app.site.addViewer(owner), { language: "en" });
    await page.goto("/reports/checks");
    await expect.poll(() => words(page), PATIENTLY).toMatch(/1,203/);
    expect(await page.getByRole("button", { name: /Count everything anew/ }).count()).toBe(0);
  });
});
