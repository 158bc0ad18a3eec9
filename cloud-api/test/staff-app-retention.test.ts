import { STANDARD_RETENTION } from "@foyer/contract";
import { expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

type Reply = {
  rules: { kind: string; days: number; lawDaysMin: number | null; lawNote: string | null }[];
  branches: { name: string; days: { kind: string; days: number }[] }[];
  purges: { id: string }[];
};

const REMOVED = {
  ...{ networkLogs: 1240, sessions: 0, visits: 0, macs: 37, devices: 4 },
  ...{ guests: 2, consents: 0, surveyAnswers: 0, codes: 19 },
};

describeWithChromium("how long what is kept, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;

  async function enter(staff: TestStaff, width: number) {
    const page = await app.enter(staff, { width });
    await page.goto("/retention");
    await page.getByText("Nhật ký mạng").first().waitFor();
    return page;
  }

  test.each([390, 1280])(
    "at %i pixels an owner notes a law, keeps the log longer, and one branch longer still",
    async (width) => {
      owner = await app.site.addOwner("Long Linh Coffee");
      const { id } = await owner.addBranch({ name: "Hồ Gươm" });
      box = await owner.addBox(id);
      await box.push([
        box.write("box.purged", { retention: STANDARD_RETENTION, removed: REMOVED }),
      ]);
      const ask = () => owner.get<Reply>("/api/v1/retention");
      await askUntil(ask, ({ purges }) => purges.length === 1);
      const page = await enter(owner, width);
      await page.getByText("1.240 dòng nhật ký mạng").waitFor();
      await expectToFit(page, "staff-retention");
      await page.getByRole("button", { name: "Đổi: Nhật ký mạng" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Giữ trong bao nhiêu ngày").fill("400");
      await dialog.getByLabel("Luật yêu cầu ít nhất (ngày)").fill("365");
      await dialog.getByLabel("Theo luật nào").fill("Theo tư vấn ngày 3/11");
      await dialog.getByLabel("Hồ Gươm").fill("500");
      await expectToFit(page, "staff-retention-form");
      await dialog.getByRole("button", { name: "Lưu" }).click();
      await dialog.waitFor({ state: "hidden" });
      const { rules, branches } = await ask();
      expect(rules.find(({ kind }) => kind === "networkLogDays")).toMatchObject({
        ...{ days: 400, lawDaysMin: 365, lawNote: "Theo tư vấn ngày 3/11" },
      });
      expect(branches[0]?.days).toEqual([{ kind: "networkLogDays", days: 500 }]);
      const pulled = await askUntil(
        () => box.pull({ settings: 1 }),
        (reply) => (reply?.settings as { retention?: object } | null)?.retention !== undefined,
      );
      expect(pulled?.settings).toMatchObject({ retention: { networkLogDays: 500 } });
      // Shorter than the law that was noted: it is said before anything is sent, and refused if it is.
      await page.getByRole("button", { name: "Đổi: Nhật ký mạng" }).click();
      await dialog.getByLabel("Giữ trong bao nhiêu ngày").fill("30");
      await dialog.getByText("ngoài khoảng cho phép").first().waitFor();
      await dialog.getByText("không lấy lại được").waitFor();
      await expectToFit(page, "staff-retention-shorter");
      await dialog.getByRole("button", { name: "Chỉ giữ 30 ngày" }).click();
      await dialog.getByRole("alert").getByText("ngoài khoảng cho phép").waitFor();
      expect((await ask()).rules.find(({ kind }) => kind === "networkLogDays")?.days).toBe(400);
      expect(app.takeComplaints().filter((each) => !/\b400\b/.test(each))).toEqual([]);
    },
  );

  test("whoever may only look sees the days and changes none", async () => {
    const viewer = await app.site.addViewer(owner);
    const page = await enter(viewer, 1280);
    await page.getByText("Chỉ chủ sở hữu công ty mới đổi được").waitFor();
    expect(await page.getByRole("button", { name: /^Đổi:/ }).count()).toBe(0);
    const body = {
      rules: [{ kind: "guestDays", days: 90, lawDaysMin: null, lawDaysMax: null, lawNote: null }],
    };
    expect((await viewer.request("PUT", "/api/v1/retention", body)).status).toBe(403);
  });
});
