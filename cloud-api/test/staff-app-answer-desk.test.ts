import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { DeskReply } from "../src/features/answer-desk/schema.ts";
import type { AnswersReply } from "../src/features/surveys/schema.ts";
import { listFaults } from "./axe.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const words = (vi: string, en: string) => ({ vi, en });
const WORDING = {
  title: words("Hôm nay thế nào?", "How was it today?"),
  questions: [
    { kind: "rating", id: "food", label: words("Món ăn?", "The food?"), required: true },
    {
      ...{ kind: "choice", id: "bad", label: words("Vì sao?", "Why?"), required: true, many: true },
      options: [
        { id: "cold", label: words("Nguội", "It was cold") },
        { id: "slow", label: words("Đợi lâu", "It took long") },
      ],
      onlyAfter: { questionId: "food", answers: ["1", "2"] },
    },
    {
      kind: "scale",
      id: "likely",
      label: words("Giới thiệu quán?", "Recommend us?"),
      required: false,
    },
    { kind: "text", id: "more", label: words("Nói thêm?", "Anything else?"), required: false },
  ],
};

describeWithChromium("the answer desk in a browser", () => {
  const app = openStaffApp({ isWhole: true, mayComplain: true });
  let owner: TestStaff;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    const survey = { wording: WORDING, branchIds: [id] };
    expect((await owner.request("POST", "/api/v1/surveys", survey)).status).toBe(201);
  });

  const answers = async () => (await owner.get<AnswersReply>("/api/v1/survey-answers")).answers;
  const begin = () => page.getByRole("button", { name: "Hôm nay thế nào?" }).click();
  const tap = (role: "radio" | "checkbox", name: string) =>
    page.getByRole(role, { name, exact: true }).check();
  const save = () => page.getByRole("button", { name: "Lưu câu trả lời" }).click();

  async function expectInstallable() {
    const chromium = await page.context().newCDPSession(page);
    const { installabilityErrors } = await chromium.send("Page.getInstallabilityErrors");
    // A browser context of a test is a private window: but for that, Chromium would install it.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
    const manifest = await chromium.send("Page.getAppManifest");
    expect(manifest.errors).toEqual([]);
    expect(manifest.data).toContain("Bàn khảo sát");
  }

  async function loseFirstReply(): Promise<() => number> {
    let lost = 0;
    await page.route("**/api/v1/answer-desk/answers", async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort("connectionreset");
    });
    return () => lost;
  }

  test("HM-6.8 the installed page asks and keeps answers while offline, and each is told once", async () => {
    page = await app.enter(owner, { width: 390, height: 844 });
    await page.goto("/answer-desk");
    await page.getByRole("link", { name: "Mở trên máy này" }).click();
    const hasSetup = () => page.evaluate("localStorage.getItem('answer-desk:setup') !== null");
    await expect.poll(hasSetup, PATIENTLY).toBe(true);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await expectInstallable();

    await page.context().setOffline(true);
    await page.reload();
    await page.getByText("Mất mạng").waitFor();
    await tap("radio", "Qua điện thoại");
    await begin();
    await save();
    await page.getByText("Bạn trả lời giúp câu này nhé.").waitFor();
    await tap("radio", "1 trên 5");
    await tap("checkbox", "Đợi lâu");
    await tap("radio", "0 trên 10");
    await page.getByRole("textbox", { name: "Nói thêm?" }).fill("Gọi lại cho tôi");
    await save();
    await page.getByText("Câu trả lời nằm trên máy này").waitFor();
    await page.getByRole("button", { name: "Khách tiếp theo" }).click();
    await tap("radio", "Tại chỗ");
    await begin();
    await tap("radio", "5 trên 5");
    await save();
    await page.getByText("2 câu trả lời chờ gửi").waitFor();
    // The device is switched off and on again.
    await page.reload();
    await page.getByText("2 câu trả lời chờ gửi").waitFor();
    expect(await answers()).toEqual([]);

    // The first reply is lost on its way back: the cloud has the answer, and the device cannot know.
    const countLost = await loseFirstReply();
    await page.context().setOffline(false);
    await page.getByText("Đã gửi hết").waitFor({ timeout: 60_000 });
    expect(countLost()).toBe(1);
    const told = await askUntil(answers, (all) => all.length >= 2);
    expect(told.map(({ taken, ratings }) => [taken?.how, ratings.food]).toSorted()).toEqual([
      ...[
        ["on-site", 5],
        ["phone", 1],
      ],
    ]);
    expect(told.find(({ ratings }) => ratings.food === 1)).toMatchObject({
      ...{ choices: { bad: ["slow"] }, scales: { likely: 0 }, texts: { more: "Gọi lại cho tôi" } },
    });
    const kept = await page.evaluate<string[]>(
      "Object.keys(localStorage).filter((key) => key.startsWith('answer-desk:answer:'))",
    );
    expect(kept).toEqual([]);
  }, 90_000);

  test("two taps save one answer, a device that is spoilt or full says so, and everybody can use the page", async () => {
    page = await app.enter(owner, { width: 1280, height: 900 });
    await page.goto("/answer-desk.html");
    await page.getByRole("button", { name: "Hôm nay thế nào?" }).waitFor();
    for (const spoilt of ["setup", "answer:1"])
      await page.evaluate(`localStorage.setItem("answer-desk:${spoilt}", "{")`);
    await page.reload();
    await page.getByRole("button", { name: "Hôm nay thế nào?" }).waitFor();
    expect(await listFaults(page, "what is chosen")).toEqual([]);
    const told: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") told.push(request.postDataJSON().answerId);
    });
    await begin();
    await save();
    await page.getByText("Bạn trả lời giúp câu này nhé.").waitFor();
    await tap("radio", "1 trên 5");
    expect(await listFaults(page, "a follow-up")).toEqual([]);
    await tap("radio", "4 trên 5");
    await page.evaluate(`put = Storage.prototype.setItem;
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }`);
    await save();
    await page.getByText("Máy này hết chỗ").waitFor();
    await page.evaluate("Storage.prototype.setItem = put");
    await page.getByRole("button", { name: "Lưu câu trả lời" }).dblclick();
    await page.getByRole("heading", { name: "Cảm ơn bạn!" }).waitFor();
    await page.getByText("Đã gửi hết").waitFor();
    expect(new Set(told).size).toBe(1);
    expect(await listFaults(page, "the thanks")).toEqual([]);
  }, 90_000);

  test("part of HM-6.7: the number of a guest says whose the answer is, and their coupon is shown at the desk", async () => {
    const { branches } = await owner.get<DeskReply>("/api/v1/answer-desk");
    const [branch] = branches;
    const values = { name: "Lan", phone: "0912345678" };
    const added = { branchId: branch?.id, values };
    expect((await owner.request("POST", "/api/v1/customers", added)).status).toBe(201);
    const kind = await owner.request("POST", "/api/v1/coupon-kinds", {
      ...{ name: words("Trà miễn phí", "A free tea"), offer: words("Một ly trà", "One tea") },
      ...{ terms: null, validDays: 30, branchIds: [], profileCompleteness: null },
      surveyIds: [branch?.surveys[0]?.id],
    });
    expect(kind.status).toBe(201);
    page = await app.enter(owner, { width: 390, height: 844 });
    await page.goto("/answer-desk.html");
    await begin();
    await tap("radio", "5 trên 5");
    const number = page.getByRole("textbox", { name: "Số điện thoại của khách" });
    await number.fill("0987654321");
    await page.getByRole("button", { name: "Tìm" }).click();
    await page.getByText("Chưa có khách nào dùng số này").waitFor();
    await number.fill("0912 345 678");
    await number.press("Enter");
    await page.getByText("Khách quen: Lan").waitFor();
    expect(await listFaults(page, "a number")).toEqual([]);
    await save();
    await page.getByRole("img", { name: /^Mã QR của phiếu/ }).waitFor();
    await page.getByRole("heading", { name: "Một ly trà" }).waitFor();
    await page.getByText("Câu trả lời đã nằm trong hồ sơ của khách").waitFor();
    expect(await listFaults(page, "a coupon")).toEqual([]);
    const told = await askUntil(answers, (all) => all.some((each) => each.customerName === "Lan"));
    expect(told.filter(({ customerName }) => customerName === "Lan")).toHaveLength(1);
  }, 90_000);
});
