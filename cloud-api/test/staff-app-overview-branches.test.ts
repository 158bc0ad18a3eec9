import { beforeAll, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const BRANCHES = 13;
/** At each branch but the last one guest more than at the one before: nobody has left yet. */
const hereAt = (branch: number) => (branch === BRANCHES - 1 ? 0 : 1 + (branch % 3));
const HERE = Array.from({ length: BRANCHES }, (_, at) => hereAt(at));
const ALL = HERE.reduce((sum, count) => sum + count, 0);

describeWithChromium("the overview of many branches on their first day", () => {
  const app = openStaffApp();
  let owner: TestStaff;

  beforeAll(async () => {
    owner = await app.site.addOwner("Trà Gió");
    const startedAt = new Date(app.site.now().getTime() - 20 * 60_000);
    for (const [at, count] of HERE.entries()) {
      const { id } = await owner.addBranch({ name: `Chi nhánh ${at + 1}` });
      const box = await owner.addBox(id);
      for (let guest = 0; guest < count; guest += 1) {
        const phone = `+8491234${String(1000 + 10 * at + guest)}`;
        const signedIn = box.signIn({ phone, at: startedAt });
        const visit = box.visit({ ...signedIn, startedAt, endedAt: null });
        await box.push([...signedIn.events, ...visit.events]);
      }
    }
    type Told = { figures: { visits: number }; hereNow: { total: number } };
    await askUntil(
      () => owner.get<Told>("/api/v1/reports/overview"),
      ({ figures, hereNow }) => figures.visits === ALL && hereNow.total === ALL,
      60_000,
    );
  }, 180_000);

  test("each of more branches than fit at once is reached, and they come to all who are here", async () => {
    const page = await app.enter(owner, { language: "en", width: 390 });
    const section = page.getByRole("region", { name: "Here now by branch" });
    const counts = async () => {
      const told = await section.locator("li .figure").allTextContents();
      return told.map(Number);
    };
    const sumOf = (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0);
    await expect.poll(async () => (await counts()).length, PATIENTLY).toBe(10);
    const left = ALL - sumOf(await counts());
    await section.getByText(`3 more branches · ${left} guests on the Wi-Fi`).waitFor();
    await section.getByRole("button", { name: `Show all ${BRANCHES}` }).click();
    await expect.poll(async () => (await counts()).length, PATIENTLY).toBe(BRANCHES);
    expect(sumOf(await counts())).toBe(ALL);
    await page.getByRole("link", { name: new RegExp(`^Here now ${ALL}`) }).waitFor();
    await expectToFit(page, "overview-many-branches");
    await section.getByRole("button", { name: "Show fewer" }).click();
    await expect.poll(async () => (await counts()).length, PATIENTLY).toBe(10);
  });

  test("where no visit is over there is no average stay, and it is said why", async () => {
    const page = await app.enter(owner, { language: "en", width: 1280 });
    const tile = page.locator(".tile", { hasText: "Average stay" });
    await expect.poll(() => tile.textContent(), PATIENTLY).toMatch(/–No visit is over yet$/);
    const table = page.getByRole("table", { name: "Branches side by side" });
    await table.getByTitle("No visit is over yet").first().waitFor();
    const stays = await table.locator("tbody tr td:nth-child(7)").allTextContents();
    for (const stay of stays) expect(stay).toBe("–No visit is over yet");
    await page.goto("/reports/hours?metric=stay");
    const heat = page.getByRole("table", { name: "Hour of the day by day of the week" });
    await heat.getByTitle("No visit is over yet").first().waitFor();
    await expectToFit(page, "hours-without-stays");
  });

  test("days with more visits than can be counted one by one lead to as many as can by one tap", async () => {
    await app.site.readAsAdministrator(
      `insert into report_days (tenant_id, branch_id, day, visits, changed_at)
       select tenant_id, min(branch_id::text)::uuid, max(day) - 19, 500001, now()
       from report_days where tenant_id = $1
       group by tenant_id returning day`,
      [owner.tenantId],
    );
    const page = await app.enter(owner, { language: "en", width: 390 });
    await page.goto("/reports/policies?forms=phone");
    const told = page.getByRole("alert");
    await told.getByText("Too many visits to count one by one").waitFor();
    await expectToFit(page, "report-of-too-many");
    await told.getByRole("button", { name: /^Show .*20\d\d$/ }).click();
    await page.getByText("Sessions by access policy").first().waitFor();
    const { searchParams } = new URL(page.url());
    const days =
      (Date.parse(searchParams.get("to") ?? "") - Date.parse(searchParams.get("from") ?? "")) /
      86_400_000;
    expect(days).toBe(18);
    // A browser complains of what the server refuses.
    for (const complaint of app.takeComplaints()) expect(complaint).toContain("400");
  });
});
