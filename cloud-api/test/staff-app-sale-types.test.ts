import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { AnswersReply, SaleTypesReply, SurveyReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { listFaults } from "./axe.ts";
import { expectToFit, openStaffApp, takePicture } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

const WORDING = {
  title: { vi: "Hôm nay thế nào?", en: "How was it today?" },
  questions: [{ kind: "rating", id: "stars", label: { en: "Your stars?" }, required: true }],
};

describeWithChromium("sale types in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let box: EnrolledBox;
  let survey: SurveyReply;
  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    box = await owner.addBox(branchId);
    const asked = { wording: WORDING, branchIds: [branchId] };
    survey = (await owner.request("POST", "/api/v1/surveys", asked)).body as SurveyReply;
  });

  const listTypes = async () => (await owner.get<SaleTypesReply>("/api/v1/sale-types")).saleTypes;
  const idOf = async (en: string) =>
    (await listTypes()).find(({ name }) => name.en === en)?.id ?? "";
  const enter = (width: number) => app.enter(owner, { language: "en", width, height: 900 });
  const open = (page: Page, path: string) => page.goto(app.site.origin + path);

  async function add(page: Page, usual: string) {
    await page.getByRole("button", { name: usual, exact: true }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: `End ${usual}` }).waitFor();
  }

  test("the usual ones are added with two taps, renamed, ended and used again", async () => {
    const page = await enter(390);
    await open(page, "/surveys");
    await page.getByRole("link", { name: "Sale types" }).click();
    await page.getByText("No sale types yet").waitFor();
    await takePicture(page, "sale-types-empty-390");
    for (const usual of ["Dine-in", "Take-away", "Delivery"]) await add(page, usual);
    expect((await listTypes()).map(({ name }) => name.vi)).toEqual([
      ...["Tại chỗ", "Mang đi", "Giao hàng"],
    ]);
    await page.getByRole("button", { name: "Rename Take-away" }).click();
    await page.getByRole("textbox", { name: "Name (English)" }).first().fill("To go");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "End To go" }).click();
    await page.getByRole("button", { name: "Use To go again" }).waitFor();
    await expectToFit(page, "sale-types");
    expect(await listFaults(page, "sale types")).toEqual([]);
    await page.getByRole("button", { name: "Use To go again" }).click();
    await page.getByRole("button", { name: "End To go" }).waitFor();
    expect((await listTypes()).every(({ isOver }) => !isOver)).toBe(true);
  }, 90_000);

  test("a survey is written for some, and its sheet of codes says which one", async () => {
    const page = await enter(1280);
    await open(page, `/surveys/${survey.id}/edit`);
    await page.getByRole("combobox", { name: "Sale types" }).click();
    for (const name of ["Dine-in", "Delivery"]) await page.getByRole("option", { name }).click();
    await page.keyboard.press("Escape");
    await takePicture(page, "sale-types-survey-1280");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("status").getByText("version 2").waitFor();
    const saved = await owner.get<SurveyReply>(`/api/v1/surveys/${survey.id}`);
    expect(saved.wording.saleTypeIds).toEqual([await idOf("Dine-in"), await idOf("Delivery")]);
    await open(page, `/surveys/${survey.id}/print`);
    await page.getByRole("combobox", { name: "Sale type" }).click();
    expect(await page.getByRole("option").allTextContents()).toEqual(["Dine-in", "Delivery"]);
    await page.getByRole("option", { name: "Delivery" }).click();
    // Nobody knows the portal's address yet; the sheet says so.
    await takePicture(page, "sale-types-print-1280");
    await open(page, "/surveys/sale-types");
    await page.getByRole("button", { name: "End Delivery" }).click();
    await page.getByText("A survey is for it").waitFor();
    expect(app.takeComplaints()).toEqual([expect.stringContaining("409")]);
  }, 90_000);

  test("results compare them, and each opens the answers about it", async () => {
    const [hall, delivery] = [await idOf("Dine-in"), await idOf("Delivery")];
    const answered = (stars: number, saleTypeId?: string) =>
      box.write("survey.answered", {
        ...{ answerId: newId(), surveyId: survey.id, guestId: null, deviceId: null, nasId: NAS_ID },
        ...{ by: "link", place: null, language: "vi", choices: {}, ratings: { stars }, texts: {} },
        ...(saleTypeId && { saleTypeId }),
      });
    await box.push([
      ...[answered(5, hall), answered(4, hall), answered(2, delivery), answered(1, delivery)],
      answered(3),
    ]);
    const query = `/api/v1/survey-answers?surveyId=${survey.id}`;
    await askUntil(
      () => owner.get<AnswersReply>(query),
      ({ total }) => total === 5,
    );
    const page = await enter(1280);
    await open(page, `/surveys/${survey.id}`);
    const table = page.getByRole("table", { name: "By sale type" });
    await table.getByRole("link", { name: "Dine-in" }).waitFor();
    await takePicture(page, "sale-types-results-1280");
    await table
      .getByRole("row", { name: /Delivery/ })
      .getByRole("link", { name: /100%/ })
      .click();
    await expect.poll(() => new URL(page.url()).searchParams.get("saleTypeId")).toBe(delivery);
    await expect.poll(() => page.getByRole("article").count(), PATIENTLY).toBe(2);
    const filter = page.getByRole("combobox", { name: "Sale type" });
    await filter.click();
    await page.getByRole("option", { name: "Dine-in" }).click();
    await expect.poll(() => page.getByRole("article").count(), PATIENTLY).toBe(0);
    await open(page, `/surveys/${survey.id}?saleTypeId=none`);
    await expect.poll(() => page.getByRole("article").count(), PATIENTLY).toBe(1);
    expect(await listFaults(page, "results by sale type")).toEqual([]);
    const phone = await enter(390);
    await phone.emulateMedia({ colorScheme: "dark" });
    await open(phone, `/surveys/${survey.id}`);
    await phone.getByText("By sale type").waitFor();
    await expectToFit(phone, "sale-types-results-dark");
  }, 90_000);

  test("staff say it at the desk, where what is not for it is not offered", async () => {
    const page = await enter(390);
    await open(page, "/answer-desk.html");
    const ask = page.getByRole("button", { name: "How was it today?" });
    await ask.waitFor();
    await page.getByRole("radio", { name: "To go" }).check();
    await page.getByText("No survey is for this sale type here.").waitFor();
    expect(await ask.count()).toBe(0);
    await page.getByRole("radio", { name: "Dine-in", exact: true }).check();
    await takePicture(page, "sale-types-desk-390");
    await ask.click();
    await page.getByRole("radio", { name: "5 of 5" }).check();
    await page.getByRole("button", { name: "Save the answer" }).click();
    const hall = await idOf("Dine-in");
    const { answers } = await askUntil(
      () => owner.get<AnswersReply>("/api/v1/survey-answers"),
      (reply) => reply.answers.some(({ by }) => by === "staff"),
    );
    expect(answers.find(({ by }) => by === "staff")?.saleTypeId).toBe(hall);
    // The device goes on with it.
    await page.reload();
    expect(await page.getByRole("radio", { name: "Dine-in", exact: true }).isChecked()).toBe(true);
  }, 90_000);
});
