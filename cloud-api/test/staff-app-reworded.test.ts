import { expect, test } from "vitest";
import type { CasesReply } from "../src/features/cases/schema.ts";
import type { SurveyReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

const words = (vi: string, en: string) => ({ vi, en });
const wordingWith = (cold: { vi: string; en: string }) => ({
  title: words("Mùa xuân", "Spring"),
  questions: [
    { kind: "rating", id: "food", label: words("Món ăn?", "The food?"), required: true },
    {
      ...{ kind: "choice", id: "bad", label: words("Vì sao?", "Why?"), required: true, many: true },
      options: [
        { id: "cold", label: cold },
        { id: "slow", label: words("Đợi lâu", "Slow") },
      ],
      onlyAfter: { questionId: "food", answers: ["1", "2"] },
    },
  ],
});

describeWithChromium("what was reworded and opened again, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;

  const answered = (surveyId: string, surveyVersion: number) =>
    box.write("survey.answered", {
      ...{ answerId: newId(), surveyId, surveyVersion, guestId: null, deviceId: null },
      ...{ nasId: NAS_ID, by: "page", place: null, language: "vi", texts: {} },
      ...{ choices: { bad: ["cold"] }, ratings: { food: 1 } },
    });

  async function openCompany(): Promise<string> {
    owner = await app.site.addOwner("Long Linh Coffee");
    const branchIds = [(await owner.addBranch({ name: "Hồ Gươm" })).id];
    box = await owner.addBox(branchIds[0] ?? "");
    const first = { wording: wordingWith(words("Nguội", "Cold")), branchIds };
    const { id } = (await owner.request("POST", "/api/v1/surveys", first)).body as SurveyReply;
    await box.push([answered(id, 1), answered(id, 1)]);
    const reworded = wordingWith(words("Nguội và nhạt", "Cold and bland"));
    const saved = { wording: reworded, branchIds, readVersion: 1 };
    expect((await owner.request("PUT", `/api/v1/surveys/${id}`, saved)).status).toBe(200);
    await box.push([answered(id, 2)]);
    return id;
  }
  const cases = () =>
    askUntil(
      () => owner.get<CasesReply>("/api/v1/cases"),
      ({ total }) => total === 3,
    );

  test("an earlier wording has a row of its own, which opens its answers alone", async () => {
    const id = await openCompany();
    await cases();
    for (const [width, colorScheme] of [
      [390, "dark"],
      [1280, "light"],
    ] as const) {
      const page = await app.enter(owner, { width, language: "en" });
      await page.emulateMedia({ colorScheme });
      await page.goto(`/surveys/${id}`);
      const row = page.getByRole("listitem").filter({ hasText: "As it was worded before" });
      await row.getByText("Cold", { exact: false }).waitFor();
      await expectToFit(page, "reworded");
      await row.getByRole("link", { name: "2" }).click();
      await page.getByRole("button", { name: "Cold ×" }).waitFor();
      await page.getByText("2 answers", { exact: true }).last().waitFor();
      await page.goto("/cases/report");
      await page.getByText("as it was worded before").waitFor();
      await expectToFit(page, "reworded-reasons");
    }
  });

  test("a case that was opened again says since when", async () => {
    await openCompany();
    const [found] = (await cases()).cases;
    const page = await app.enter(owner, { width: 390, language: "en" });
    await page.goto(`/cases/${found?.id}`);
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Open again" }).click();
    await page.getByText("Opened again").waitFor();
    await expectToFit(page, "reopened");
  });
});
