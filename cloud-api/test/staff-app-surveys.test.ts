import type { BranchSettings, EventPayload } from "@foyer/contract";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

describeWithChromium("surveys, destinations and tiers in a browser", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  async function enter(options: { width?: number; height?: number } = {}) {
    page = await app.enter(owner, options);
  }

  async function openCompany() {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    box = await owner.addBox(id);
    return id;
  }

  async function askSurvey(branchId: string) {
    const path = `/api/v1/branches/${branchId}/settings`;
    const document = await owner.get<BranchSettings>(path);
    await owner.request("PUT", path, { ...document, surveys: [SURVEY] });
  }

  const answered = (given: Partial<EventPayload<"survey.answered">>) =>
    box.write("survey.answered", {
      ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: {}, ratings: {}, texts: {} },
      ...given,
    });

  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");

  test("the answers of a survey are counted by question, with the average and the last words", async () => {
    await askSurvey(await openCompany());
    await enter();
    await page.getByRole("link", { name: "Khảo sát", exact: true }).click();
    await page.getByRole("link", { name: "Mùa xuân" }).click();
    await page.getByText("Chưa ai trả lời").waitFor();
    await box.push([
      answered({ ratings: { stars: 5 }, choices: { drink: ["tea"] }, texts: { why: "Trà ngon" } }),
      answered({ ratings: { stars: 4 }, choices: { drink: ["tea"] } }),
      answered({ ratings: { stars: 2 }, choices: { drink: ["coffee"] } }),
    ]);
    await page.getByText("Trung bình 3,7 / 5 · 3 lượt trả lời").waitFor();
    const stars = page.getByRole("region", { name: "Bạn chấm mấy sao?" });
    await stars.getByText("Trung bình 3,7 / 5 · 67% hài lòng · 3 lượt chọn").waitFor();
    const tea = page.getByRole("region", { name: "Bạn uống gì?" }).locator("li").first();
    expect(await tea.textContent()).toMatch(/Trà.*2.*67%/);
    const answers = page.getByRole("region", { name: "Câu trả lời" });
    await answers.getByText("Trà ngon").waitFor();
    // Every number opens the answers behind it.
    await tea.getByRole("link", { name: "2" }).click();
    await answers.getByText("2 lượt trả lời").waitFor();
    await answers.getByRole("button", { name: "Trà" }).click();
    await answers.getByText("3 lượt trả lời").waitFor();
    await page.getByRole("searchbox", { name: "Tìm trong lời khách viết" }).fill("tra ng");
    await answers.getByText("1 lượt trả lời").waitFor();
    await page.goto("/surveys/spring?from=2020-01-01&to=2020-01-02");
    await page.getByText("Không có câu trả lời").waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  test("thresholds and parts are chosen, and say how the parts are rated", async () => {
    const branchId = await openCompany();
    await enter();
    await page.goto("/satisfaction");
    await page.getByRole("link", { name: "Ngưỡng và việc tiếp theo" }).click();
    await page.getByRole("button", { name: "Phục vụ" }).click();
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Đã lưu.").waitFor();
    type Rules = { parts: { id: string; name: string }[] };
    const { parts } = await owner.get<Rules>("/api/v1/survey-rules");
    expect(parts.map(({ name }) => name)).toEqual(["Phục vụ"]);
    const [stars, ...others] = SURVEY.questions;
    const path = `/api/v1/branches/${branchId}/settings`;
    const document = await owner.get<BranchSettings>(path);
    const survey = { ...SURVEY, questions: [{ ...stars, part: parts[0]?.id }, ...others] };
    await owner.request("PUT", path, { ...document, surveys: [survey] });
    await box.push([answered({ ratings: { stars: 4 } })]);
    await page.goto("/satisfaction");
    await page.getByRole("region", { name: "Theo bộ phận" }).getByText("Phục vụ").waitFor();
    await page.getByText(/^Tính đến \S+/).waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  test("HM-6.9 a survey is written with a follow-up, asked at a branch, and changed into a second version", async () => {
    const branchId = await openCompany();
    await enter();
    await page.goto("/surveys");
    await page.getByRole("link", { name: "Khảo sát mới" }).click();
    await page.getByRole("textbox", { name: "Tiêu đề (Tiếng Việt)" }).fill("Bạn thấy thế nào?");
    await page.getByRole("textbox", { name: "Câu hỏi (Tiếng Việt)" }).fill("Đồ uống thế nào?");
    await page.getByRole("button", { name: "Lựa chọn", exact: true }).click();
    const second = page.getByRole("region", { name: "Câu 2" });
    await second.getByRole("textbox", { name: "Lựa chọn 1 (Tiếng Việt)" }).fill("Nguội");
    await second.getByRole("textbox", { name: "Lựa chọn 2 (Tiếng Việt)" }).fill("Đợi lâu");
    await second.getByRole("combobox", { name: "Hỏi" }).click();
    await page.getByRole("option", { name: "Chỉ sau “Đồ uống thế nào?”" }).click();
    // Not every question has words yet: the one that lacks them is marked.
    const save = page.getByRole("button", { name: "Lưu" });
    await save.click();
    await second.getByText("Hãy viết câu hỏi này").waitFor();
    await second.getByRole("textbox", { name: "Câu hỏi (Tiếng Việt)" }).fill("Vì sao?");
    await save.click();
    await page.getByText("Phiên bản 1").first().waitFor();
    const settings = () => owner.get<BranchSettings>(`/api/v1/branches/${branchId}/settings`);
    const [first] = (await settings()).surveys ?? [];
    expect(first).toMatchObject({ version: 1, title: { vi: "Bạn thấy thế nào?" } });
    expect(first?.questions[1]?.onlyAfter).toEqual({
      ...{ questionId: first?.questions[0]?.id, answers: ["1", "2"] },
    });
    const third = page.getByRole("region", { name: "Câu 3" });
    await page.getByRole("button", { name: "Viết tự do" }).click();
    await third.getByRole("textbox", { name: "Câu hỏi (Tiếng Việt)" }).fill("Nói thêm?");
    await save.click();
    await page.getByText("Phiên bản 2").first().waitFor();
    expect((await settings()).surveys?.[0]).toMatchObject({ version: 2 });
    expect((await settings()).surveys?.[0]?.questions).toHaveLength(3);
    await page.getByRole("region", { name: "Các phiên bản" }).getByText("Phiên bản 1").waitFor();
    expect(app.takeComplaints().filter((each) => !each.includes("400"))).toEqual([]);
  });

  test("a survey without a title leads to where it is missing, and keeps what was written", async () => {
    await openCompany();
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    await enter();
    await page.goto("/surveys/new");
    await page.getByLabel("Question (English)").fill("How was it?");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Give it a title in a language of every branch").first().waitFor();
    const focused = "document.activeElement.labels?.[0]?.textContent";
    await expect.poll(() => page.evaluate(focused), PATIENTLY).toBe("Title (English)");
    expect(await page.getByLabel("Question (English)").inputValue()).toBe("How was it?");
    await page.getByLabel("Title (English)").fill("After the visit");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Version 1", { exact: true }).first().waitFor();
  });

  test("part of MC-3.6: codes of a branch or of its tables are printed, each with its own address", async () => {
    const branchId = await openCompany();
    await askSurvey(branchId);
    const path = `/api/v1/branches/${branchId}/settings`;
    const nas = {
      ...{ kind: "coova", id: newId(), name: "Counter", source: "10.1.0.1" },
      ...{ radiusSecret: "secret-1", uamSecret: "secret-2", handBack: "chap" },
      ...{ uamServer: "http://10.1.0.2:8080/portal", loginOrigins: ["http://10.1.0.1:3990"] },
      ...{ nasIdentifier: "counter", disconnectPort: null },
    };
    const document = await owner.get<BranchSettings>(path);
    expect((await owner.request("PUT", path, { ...document, nas: [nas] })).status).toBe(200);
    await enter();
    await page.goto("/surveys/spring");
    await page.getByRole("link", { name: "Mã QR" }).click();
    await page.getByRole("img", { name: "Mã QR của Hồ Gươm" }).waitFor();
    await page.getByText("http://10.1.0.2:8080/survey/spring", { exact: true }).waitFor();
    await page.getByRole("textbox", { name: "Bàn" }).fill("1-3, bar");
    await page.getByRole("img", { name: "Mã QR của Bàn bar" }).waitFor();
    expect(await page.locator(".survey-card-address").allTextContents()).toEqual(
      ["1", "2", "3", "bar"].map((each) => `http://10.1.0.2:8080/survey/spring/${each}`),
    );
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("textbox", { name: "Bàn" }).isVisible()).toBe(false);
    expect(app.takeComplaints()).toEqual([]);
  });

  test("the surveys and their answers fit a phone", async () => {
    await askSurvey(await openCompany());
    await box.push([answered({ ratings: { stars: 5 }, texts: { why: "Trà ngon ".repeat(30) } })]);
    await enter({ width: 390, height: 844 });
    await page.goto("/surveys");
    await page.getByRole("link", { name: "Mùa xuân" }).click();
    await page.getByText("Trung bình 5,0 / 5 · 1 lượt trả lời").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
  });

  test("an address is allowed, one that is none is refused in words, and one is removed by its name", async () => {
    await openCompany();
    await enter({ width: 390, height: 844 });
    await page.goto("/branches");
    await page.getByRole("link", { name: "Nơi được dẫn khách tới" }).click();
    await page.getByText("Chưa cho phép địa chỉ nào").waitFor();
    const field = page.getByRole("textbox", { name: "Địa chỉ web" });
    const allow = page.getByRole("button", { name: "Cho phép" });
    await field.fill("shop.example");
    await allow.click();
    await page.getByText("Đây không phải địa chỉ web").waitFor();
    await field.fill("https://shop.example/menu");
    await allow.click();
    const remove = page.getByRole("button", { name: "Bỏ https://shop.example/menu" });
    await remove.waitFor();
    const list = () => owner.get<{ destinations: string[] }>("/api/v1/destinations");
    expect((await list()).destinations).toEqual(["https://shop.example/menu"]);
    expect(await overflow()).toBeLessThanOrEqual(390);
    await remove.click();
    await page.getByRole("dialog").getByRole("button", { name: "Bỏ", exact: true }).click();
    await page.getByText("Chưa cho phép địa chỉ nào").waitFor();
    expect((await list()).destinations).toEqual([]);
  });

  test("tiers are added, put into order and given on a customer's page", async () => {
    await openCompany();
    await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
    await enter();
    await page.getByRole("link", { name: "Nhóm, hạng và thẻ" }).click();
    for (const name of ["Vàng", "Bạc"]) {
      await page.getByRole("button", { name: "Thêm hạng" }).click();
      await page.getByRole("textbox", { name: "Tên" }).fill(name);
      await page.getByRole("button", { name: "Thêm", exact: true }).click();
      await page.getByRole("button", { name: `Đổi tên ${name}` }).waitFor();
    }
    await page.getByRole("button", { name: "Đưa Vàng xuống" }).click();
    const rows = page.getByRole("table", { name: "Hạng" }).locator("tbody tr");
    await expect.poll(() => rows.first().textContent(), PATIENTLY).toContain("Bạc");
    await page.goto("/customers");
    await page.getByRole("link", { name: "Lan" }).click();
    await page.getByRole("combobox", { name: "Hạng" }).click();
    await page.getByRole("option", { name: "Vàng" }).click();
    type Tiers = { tiers: { name: string; customers: number }[] };
    const tiers = async () => (await owner.get<Tiers>("/api/v1/tiers")).tiers;
    await expect.poll(tiers, PATIENTLY).toMatchObject([
      { name: "Bạc", customers: 0 },
      { name: "Vàng", customers: 1 },
    ]);
  });
});

const words = (vi: string, en: string) => ({ vi, en });
const SURVEY = {
  id: "spring",
  title: words("Mùa xuân", "Spring"),
  questions: [
    { kind: "rating", id: "stars", label: words("Bạn chấm mấy sao?", "Stars?"), required: true },
    {
      ...{ kind: "choice", id: "drink", label: words("Bạn uống gì?", "Your drink?"), many: false },
      options: [
        { id: "tea", label: words("Trà", "Tea") },
        { id: "coffee", label: words("Cà phê", "Coffee") },
      ],
      required: false,
    },
    { kind: "text", id: "why", label: words("Vì sao?", "Why?"), required: false },
  ],
};
