import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const TEST_MS = 90_000;
const HAPPY_HOURS = [{ days: [1, 2, 3, 4, 5], from: "14:00", to: "17:00" }];

describeWithChromium("which page shows when, in a browser", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let branchId: string;
  let page: Page;

  async function enter({ width = 1280 } = {}) {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    page = await app.enter(owner, { language: "en", width });
  }

  /** The names of the branch's pages in the order they are tried. */
  const listNames = async () => {
    const path = `/api/v1/branches/${branchId}/settings`;
    return (await owner.get<BranchSettings>(path)).pages.map(({ name }) => name);
  };
  const rules = () => page.getByRole("list", { name: "Which page when" }).getByRole("listitem");

  async function publishHappyHour() {
    const content = {
      ...{ name: "Happy hour", blocks: [{ kind: "welcome", fields: {} }] },
      when: { guests: "any", visitNumbers: [], hours: HAPPY_HOURS },
    };
    const made = await owner.request("POST", "/api/v1/pages", { content });
    const { id } = made.body as { id: string };
    const body = { revision: 1, to: { kind: "all" } };
    expect(await owner.request("POST", `/api/v1/pages/${id}/publish`, body)).toMatchObject({
      status: 200,
    });
  }

  test("pages are read as sentences in their order, moved, and tried at the edge of their hours", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    await publishHappyHour();
    await page.goto("/page-order");
    const happy = rules().filter({ hasText: "Happy hour" });
    await happy.getByText("Everybody, Mon–Fri 14:00–17:00").waitFor();
    const before = await listNames();
    const at = before.indexOf("Happy hour");
    const move = at > 0 ? "up" : "down";
    await page.getByRole("button", { name: `Move Happy hour ${move}` }).click();
    const moved = before.toSpliced(at, 1).toSpliced(at > 0 ? at - 1 : at + 1, 0, "Happy hour");
    await expect.poll(listNames, PATIENTLY).toEqual(moved);
    // 2026-12-01 is a Tuesday.
    const time = page.getByLabel("Day and time");
    const outcome = page.getByRole("region", { name: "Try it" });
    await time.fill("2026-12-01T13:59");
    await outcome.getByText(/visit 5, Tue, 1 December 2026, 13:59/).waitFor();
    await outcome
      .getByText("3. Happy hour · other hours")
      .or(outcome.getByText(/Happy hour · other hours/))
      .waitFor();
    await time.fill("2026-12-01T14:00");
    await outcome.getByText(/visit 5, Tue, 1 December 2026, 14:00/).waitFor();
    await outcome.getByText(/Happy hour · (fits|sees it)/).waitFor();
    // The calendar tells the same of a regular, day by day; on weekends the hours are nobody's.
    const calendar = page.getByRole("region", { name: "Calendar" });
    const days = calendar.getByRole("list", { name: "Week", exact: true }).getByRole("button");
    await days.first().click();
    await calendar.getByText("14:00–17:00").waitFor();
    await days.last().click();
    await calendar.getByText("00:00–24:00").waitFor();
    await calendar.getByText("Month", { exact: true }).click();
    await calendar
      .getByRole("button", { name: /14:00–17:00 Happy hour/ })
      .first()
      .waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  test("a page of the branch's settings is taken into the editor as it is", {
    timeout: TEST_MS,
  }, async () => {
    await enter({ width: 390 });
    await page.goto("/page-order");
    await rules().first().getByRole("button", { name: "Edit it here" }).click();
    await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
    await page.getByRole("heading", { level: 1, name: "Lần đầu ghé" }).waitFor();
    const { pages } = await askUntil(
      () => owner.get<{ pages: { name: string; state: string }[] }>("/api/v1/pages"),
      (reply) => reply.pages.length === 1,
    );
    expect(pages[0]).toMatchObject({ name: "Lần đầu ghé", state: "published" });
    await page.goto("/page-order");
    await rules().first().getByRole("link", { name: "Lần đầu ghé" }).waitFor();
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
  });
});
