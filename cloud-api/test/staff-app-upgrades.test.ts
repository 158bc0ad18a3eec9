import { createHash } from "node:crypto";
import { BOX_API, type UpgradeCall } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { openStaffApp, takePictures } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium, enterStaffApp } from "./staff-browser.ts";

const PATIENTLY = { timeout: 30_000 };
const VERSION = "0.9.0";
const SHA256 = createHash("sha256").update(VERSION).digest("hex");

describeWithChromium("the upgrades of a box, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    page = await app.enter(owner);
  });

  const section = () => page.getByRole("region", { name: "Nâng cấp" });
  const say = (words: string) => section().getByText(words).first().waitFor(PATIENTLY);
  const ask = async (outcome: UpgradeCall["outcome"]) =>
    expect(
      await box.call(BOX_API.upgrade, { release: "0.8.0", architecture: "x64", outcome }),
    ).toMatchObject({ status: 200 });
  const path = () => `/api/v1/boxes/${box.boxId}/upgrade`;

  test("are said from their beginning: not asked, offered to its ring, and gone back from with the reason", async () => {
    const announced = ["x64", 1000, "2026-11-27T08:00:00.000Z", "signature"];
    await app.site.asAdministrator("select directory.add_release($1, $2, $3, $4, $5, $6, now())", [
      ...[SHA256, VERSION, ...announced],
    ]);
    await app.site.asAdministrator("select directory.stage_release($1, 'early', null, now())", [
      SHA256,
    ]);
    await page.goto(`/boxes/${box.boxId}`);
    await say("Hộp chưa hỏi bản phát hành");
    await takePictures(page, "upgrades-none");
    await ask(null);
    await page.reload();
    await say("0.8.0");
    await say("Không có");
    await section().getByRole("combobox", { name: "Nhận bản mới" }).click();
    await page.getByRole("option", { name: "Trong số đầu tiên" }).click();
    await say("Hộp thử bản mới.");
    await say(VERSION);
    const reason = "did not come up: portal";
    await ask({ version: VERSION, sha256: SHA256, kind: "rolled-back", reason });
    await page.reload();
    await say(`Đã quay về từ ${VERSION}`);
    await say("Không chạy được: portal.");
    await say("Lúc vắng tiếp theo");
    await takePictures(page, "upgrades-back");
    expect(await listFaults(page, "upgrades of a box")).toEqual([]);
  }, 120_000);

  test("are nobody's to choose the ring of who may only look", async () => {
    const viewer = await app.site.addViewer(owner);
    expect(await viewer.request("GET", path())).toMatchObject({ status: 200 });
    expect(await viewer.request("PUT", path(), { ring: "last" })).toMatchObject({ status: 403 });
    const seen = await enterStaffApp(app.browser, viewer, { origin: app.site.origin });
    await seen.page.goto(`/boxes/${box.boxId}`);
    const choice = seen.page.getByRole("combobox", { name: "Nhận bản mới" });
    await choice.waitFor(PATIENTLY);
    expect(await choice.isDisabled()).toBe(true);
    await seen.page.close();
  }, 120_000);
});
