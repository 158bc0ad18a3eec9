import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BranchSettings, EventPayload } from "@foyer/contract";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { CaseReply, CasesReply } from "../src/features/cases/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { expectToFit, openStaffApp, takePicture } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const words = (vi: string, en: string) => ({ vi, en });
const SURVEY = {
  ...{ id: "spring", title: words("Mùa xuân", "Spring") },
  questions: [
    { kind: "rating", id: "food", label: words("Món ăn?", "The food?"), required: true },
    {
      ...{ kind: "choice", id: "bad", label: words("Vì sao?", "Why?"), required: true, many: true },
      options: [
        { id: "cold", label: words("Nguội", "Cold") },
        { id: "slow", label: words("Đợi lâu", "Slow") },
      ],
      onlyAfter: { questionId: "food", answers: ["1", "2"] },
    },
  ],
};

describeWithChromium("cases in a browser", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  async function openCompany() {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    box = await owner.addBox(id);
    const path = `/api/v1/branches/${id}/settings`;
    const document = await owner.get<BranchSettings>(path);
    await owner.request("PUT", path, { ...document, surveys: [SURVEY] });
  }

  async function enter(options: { width?: number; height?: number; timeZone?: string } = {}) {
    page = await app.enter(owner, options);
  }

  const answered = (given: Partial<EventPayload<"survey.answered">> = {}) =>
    box.write("survey.answered", {
      ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: { bad: ["slow"] }, texts: {} },
      ...{ ratings: { food: 1 }, ...given },
    });

  test("HM-7.4 a low answer appears in the open list by itself, is taken, worked on and closed", async () => {
    await openCompany();
    await enter();
    await page.goto("/cases");
    await page.getByText("Không có gì cần xem lại").waitFor();
    const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
    await box.push([...lan.events, answered({ guestId: lan.guestId, place: "ban-5" })]);
    await page.getByText("1 sao · Đợi lâu").waitFor();
    await page.getByRole("link", { name: "Lan" }).click();
    await page.getByRole("button", { name: "Nhận việc" }).click();
    await page.getByText("Đang xử lý").waitFor();
    await page.getByRole("combobox", { name: "Việc đã làm" }).fill("Mời một ly trà");
    await page.getByRole("textbox", { name: "Kết quả" }).fill("Chị vui vẻ nhận lời");
    await page.getByRole("button", { name: "Ghi lại" }).click();
    const done = page.getByRole("region", { name: "Đã làm cho khách" });
    // The field below has the same words until it is emptied.
    await done.locator(".field-line").getByText("Chị vui vẻ nhận lời").waitFor();
    await page.getByRole("button", { name: "Xong việc" }).click();
    await page.getByRole("button", { name: "Mở lại" }).waitFor();
    await page.goto("/cases?state=closed");
    await page.getByRole("link", { name: "Lan" }).click();
    await page.getByRole("link", { name: "Hồ sơ khách" }).click();
    const theirs = page.getByRole("region", { name: "Lượt chưa hài lòng" });
    await theirs.getByRole("link", { name: "1 sao · Đợi lâu" }).waitFor();
    await theirs.getByText("Đã xong").waitFor();
    await page.goto("/cases/report");
    const actions = page.getByRole("table", { name: "Việc đã làm cho khách" });
    await actions.getByText("Mời một ly trà").waitFor();
    await page
      .getByText(/^Tính đến \S+/)
      .last()
      .waitFor();
    const reasons = page.getByRole("table", { name: "Lý do khách chưa hài lòng nêu" });
    await reasons.getByRole("link", { name: "Đợi lâu" }).click();
    await page.getByRole("region", { name: "Câu trả lời" }).getByText("Lan").waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  const listCases = () =>
    askUntil(
      () => owner.get<CasesReply>("/api/v1/cases?limit=100"),
      ({ total }) => total > 0,
    );

  test("the time by which to close is told and moved on the branch's clock, whatever the reader's", async () => {
    await openCompany();
    await box.push([answered()]);
    const [found] = (await listCases()).cases;
    const body = { changedAt: found?.changedAt, dueAt: "2026-03-02T11:30:00.000Z" };
    await owner.request("PATCH", `/api/v1/cases/${found?.id}`, body);
    await enter({ timeZone: "America/New_York" });
    await page.goto(`/cases/${found?.id}`);
    const due = page.getByLabel("Hạn");
    await expect.poll(() => due.inputValue(), PATIENTLY).toBe("2026-03-02T18:30");
    await due.fill("2026-03-04T09:15");
    await page.getByRole("button", { name: "Đổi hạn" }).click();
    const path = `/api/v1/cases/${found?.id}`;
    const dueAt = async () => (await owner.get<CaseReply>(path)).dueAt;
    await expect.poll(dueAt, PATIENTLY).toBe("2026-03-04T02:15:00.000Z");
    expect(app.takeComplaints()).toEqual([]);
  });

  test("what one is typing stays while a colleague notes something on the same case", async () => {
    await openCompany();
    await box.push([answered()]);
    const [found] = (await listCases()).cases;
    await enter();
    await page.goto(`/cases/${found?.id}`);
    await page.getByRole("combobox", { name: "Việc đã làm" }).fill("Mời trà");
    const result = page.getByRole("textbox", { name: "Kết quả" });
    await result.fill("Chị ấy nói");
    const noted = { name: "Gọi lại", result: "Không nghe máy" };
    await owner.request("POST", `/api/v1/cases/${found?.id}/actions`, noted);
    const done = page.getByRole("region", { name: "Đã làm cho khách" });
    await done.getByText("Không nghe máy").waitFor();
    expect(await result.inputValue()).toBe("Chị ấy nói");
    await page.getByRole("button", { name: "Ghi lại" }).click();
    await done.getByText("Mời trà").waitFor();
    await expect.poll(() => result.inputValue(), PATIENTLY).toBe("");
  });

  test("late ones are counted over all of them, and the report ends with the branch's own today", async () => {
    await openCompany();
    await box.push(Array.from({ length: 52 }, () => answered()));
    const { cases } = await askUntil(
      () => owner.get<CasesReply>("/api/v1/cases?limit=100"),
      ({ total }) => total === 52,
    );
    for (const { id, changedAt } of cases)
      await owner.request("PATCH", `/api/v1/cases/${id}`, {
        ...{ changedAt, dueAt: "2026-03-02T11:30:00.000Z" },
      });
    await enter();
    await page.goto("/cases");
    await page.getByText("52 đang mở · 52 trễ").waitFor();
    // Half past midnight in Hanoi, the day before in Greenwich.
    await page.clock.setFixedTime("2026-12-20T17:30:00Z");
    const asked = page.waitForRequest((request) => request.url().includes("to=2026-12-21"));
    await page.goto("/cases/report");
    expect((await asked).url()).toContain("from=2026-11-22");
  });

  test("the report draws cases, time to close and who came again, and a number opens its cases", async () => {
    await openCompany();
    await box.push([answered(), answered(), answered()]);
    const { cases } = await askUntil(
      () => owner.get<CasesReply>("/api/v1/cases"),
      ({ total }) => total === 3,
    );
    const [found] = cases;
    await owner.request("PATCH", `/api/v1/cases/${found?.id}`, {
      ...{ changedAt: found?.changedAt, state: "closed" },
    });
    await enter({ width: 1280 });
    await page.goto("/cases/report");
    await page.locator(".chart svg").waitFor();
    await takePicture(page, "case-report-1280");
    const shown = page.getByRole("combobox", { name: "Đang xem" });
    for (const [name, title] of [
      ["Thời gian xử lý", "Thời gian xử lý"],
      ["Quay lại", "Khách đã quay lại"],
      ["Số việc", "Việc đã xong và còn mở"],
    ] as const) {
      await shown.click();
      await page.getByRole("option", { name }).click();
      await page.getByRole("region", { name: title }).waitFor();
    }
    await page.setViewportSize({ width: 390, height: 900 });
    await expectToFit(page, "case-report");
    const chart = page.getByRole("region", { name: "Việc đã xong và còn mở" });
    await chart.getByText("Bảng", { exact: true }).click();
    await chart.locator("tbody td a:not([tabindex])", { hasText: "2" }).click();
    await page.getByText("2 đang mở").waitFor();
    await page.getByRole("button", { name: /^Phát sinh / }).waitFor();
    await expectToFit(page, "case-list-of-days");
  });

  test("axe finds nothing on cases in any state, late ones too, by day and by night", async () => {
    await openCompany();
    await box.push([answered(), answered(), answered()]);
    const { cases } = await askUntil(
      () => owner.get<CasesReply>("/api/v1/cases"),
      ({ total }) => total === 3,
    );
    const dueAt = "2026-03-02T11:30:00.000Z";
    const [late, closed] = cases;
    for (const [found, state] of [
      [late, "working"],
      [closed, "closed"],
    ] as const)
      await owner.request("PATCH", `/api/v1/cases/${found?.id}`, {
        ...{ changedAt: found?.changedAt, dueAt, state },
      });
    await enter({ width: 390, height: 844 });
    const faults: string[] = [];
    for (const path of ["/cases", "/cases?state=closed", `/cases/${late?.id}`, "/cases/report"])
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.goto(path);
        await page
          .getByText(/[Tt]rễ/)
          .first()
          .waitFor();
        await expect.poll(() => page.locator("[aria-busy=true]").count(), PATIENTLY).toBe(0);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate<AxeResults>(
          `axe.run(document, { runOnly: ${JSON.stringify(WCAG_22_AA)} })`,
        );
        for (const { id, nodes } of violations)
          faults.push(`${path} ${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
      }
    expect(faults).toEqual([]);
  });

  test("cases and their report fit a phone", async () => {
    await openCompany();
    await box.push([answered({ texts: { why: "Đợi rất lâu ".repeat(20) } })]);
    await enter({ width: 390, height: 844 });
    const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");
    await page.goto("/cases");
    await page.getByRole("link", { name: "Khách chưa rõ" }).click();
    await page.getByRole("button", { name: "Nhận việc" }).waitFor();
    await expect.poll(overflow, PATIENTLY).toBeLessThanOrEqual(390);
    await page.goto("/cases/report");
    await page.getByRole("link", { name: "Đợi lâu" }).waitFor();
    await expect.poll(overflow, PATIENTLY).toBeLessThanOrEqual(390);
  });
});
