import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { AnswersReply } from "../src/features/surveys/schema.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const LABEL = { vi: "Món ăn?" };
const WORDING = {
  title: { vi: "Hôm nay thế nào?" },
  questions: [{ kind: "rating", id: "food", label: LABEL, required: true }],
};
const PHONE = { name: "Số điện thoại của khách" };

describeWithChromium("whose an answer is, at the answer desk in a browser", () => {
  const app = openStaffApp({ isWhole: true, mayComplain: true });
  let owner: TestStaff;
  let branchId: string;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    const survey = { wording: WORDING, branchIds: [branchId] };
    expect((await owner.request("POST", "/api/v1/surveys", survey)).status).toBe(201);
  });

  async function openDesk(staff: TestStaff) {
    page = await app.enter(staff, { width: 390, height: 844 });
    await page.goto("/answer-desk.html");
    await page.getByRole("button", { name: "Hôm nay thế nào?" }).click();
    await page.getByRole("radio", { name: "5 trên 5", exact: true }).check();
  }
  const save = () => page.getByRole("button", { name: "Lưu câu trả lời" }).click();
  const answers = async () => (await owner.get<AnswersReply>("/api/v1/survey-answers")).answers;

  test("a number that is given while offline is looked up once the answer is told", async () => {
    const values = { name: "Lan", phone: "0912345678" };
    const added = await owner.request("POST", "/api/v1/customers", { branchId, values });
    expect(added.status).toBe(201);
    await openDesk(owner);
    await page.context().setOffline(true);
    const number = page.getByRole("textbox", PHONE);
    await number.fill("0912 345 678");
    await number.press("Enter");
    await page.getByText("số này được giữ cùng câu trả lời và tìm khi gửi").waitFor();
    await save();
    await page.getByText("Câu trả lời nằm trên máy này").waitFor();
    await page.getByRole("button", { name: "Khách tiếp theo" }).click();
    expect(await answers()).toEqual([]);
    await page.context().setOffline(false);
    await page.getByText("Đã gửi hết").waitFor({ timeout: 60_000 });
    const told = await askUntil(answers, (all) => all.length > 0);
    expect(told).toMatchObject([{ customerName: "Lan", taken: { how: "on-site" } }]);
  }, 90_000);

  test("whoever may see no customers is asked for no number, and keeps answers without a name", async () => {
    const staff = await app.site.addStaffWith(owner, ["answer-desk.take", "reports.read"]);
    const before = (await answers()).length;
    await openDesk(staff);
    expect(await page.getByRole("textbox", PHONE).count()).toBe(0);
    await save();
    await page.getByText("Đã gửi hết").waitFor();
    const all = await askUntil(answers, ({ length }) => length > before);
    const theirs = all.filter(({ taken }) => taken?.staffName === "Viewer");
    expect(theirs).toMatchObject([{ customerId: null, ratings: { food: 5 } }]);
  }, 90_000);
});
