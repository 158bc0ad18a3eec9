import { expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

describeWithChromium("when a branch's day begins, in a browser", () => {
  const app = openStaffApp();

  test.each([1280, 390])(
    "at %i px the hour is chosen among the branch's settings, and holds for that branch alone",
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      const { id } = await owner.addBranch({ name: "Hồ Gươm" });
      const other = await owner.addBranch({ name: "Bến Thành" });
      const page = await app.enter(owner, { width, language: "en" });
      await page.goto(`/branches/${id}?section=place`);
      const section = page.getByRole("region", { name: "When a day begins" });
      const hour = section.getByRole("combobox", { name: "A day begins at" });
      await hour.waitFor();
      expect(await hour.inputValue()).toBe("00:00");
      await hour.click();
      await page.getByRole("option", { name: "04:00" }).click();
      await section.getByRole("button", { name: "Save the hour" }).click();
      await section.getByText("Saved. Its visits are being counted anew.").waitFor();
      await expectToFit(page, "day-start");
      await page.reload();
      await hour.waitFor();
      expect(await hour.inputValue()).toBe("04:00");
      type Reply = { branches: { branchId: string; dayStartsHour: number }[] };
      const { branches } = await owner.get<Reply>("/api/v1/reports/day-starts");
      const hours = new Map(branches.map((each) => [each.branchId, each.dayStartsHour]));
      expect([hours.get(id), hours.get(other.id)]).toEqual([4, 0]);
    },
  );

  test("until that hour today is the evening before, in the overview and its reports", async () => {
    const owner = await app.site.addOwner("Bia Hơi Đêm");
    const { id } = await owner.addBranch({ name: "Tạ Hiện" });
    const starts = { branchIds: [id], dayStartsHour: 4 };
    await owner.request("PUT", "/api/v1/reports/day-starts", starts);
    const page = await app.enter(owner, { width: 1280, language: "en" });
    // Half past one on Saturday by the branch's clock.
    await page.clock.setFixedTime("2026-12-18T18:30:00Z");
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (/reports\/(overview|hours)$/.test(pathname) && searchParams.get("from"))
        asked.push(`${searchParams.get("from")} ${searchParams.get("to")}`);
    });
    for (const address of ["/?period=today", "/reports/hours?period=today"]) {
      asked.length = 0;
      await page.goto(address);
      await expect.poll(() => asked.at(-1), PATIENTLY).toBe("2026-12-18 2026-12-18");
    }
  });
});
