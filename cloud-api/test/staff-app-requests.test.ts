import { readFileSync } from "node:fs";
import { uuidv7 } from "uuidv7";
import { beforeAll, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

type Customers = { customers: { id: string }[]; total: number };
type Requests = { requests: { finishedAt: string | null }[] };

describeWithChromium("what customers asked for, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  });

  /** A customer who asked for something, and where their page is. */
  async function addAsking(kinds: ("copy" | "deletion")[], phone: string) {
    const { events, ...ids } = box.signIn({ phone, name: "Nguyễn Thị Lan" });
    const asked = kinds.map((kind) =>
      box.write(`guest.${kind}-requested`, {
        ...{ requestId: uuidv7(), ...ids, nasId: NAS_ID, language: "vi" },
      }),
    );
    await box.push(events);
    const { customers } = await askUntil(
      () => owner.get<Customers>(`/api/v1/customers?search=${phone.slice(3)}`),
      ({ total }) => total === 1,
    );
    await box.push(asked);
    const path = `/customers/${customers[0]?.id}`;
    await askUntil(
      () => owner.get<Requests>(`/api/v1${path}`),
      ({ requests }) => requests.length === kinds.length,
    );
    return path;
  }

  async function enter(width: number, path: string) {
    const page = await app.enter(owner, { width });
    await page.goto(path);
    return page;
  }

  test.each([390, 1280])(
    "at %i pixels a copy is downloaded, handed over and then done",
    async (width) => {
      const path = await addAsking(["copy"], `+8491234${String(width).padStart(5, "5")}`);
      const page = await enter(width, path);
      await page.getByText("Bản sao dữ liệu").waitFor();
      await page.getByText("Trả lời trước").waitFor();
      await expectToFit(page, "staff-copy");
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Tải bản sao" }).click();
      expect((await download).suggestedFilename()).toBe(
        `${path.replace("/customers/", "customer-")}.json`,
      );
      const table = page.waitForEvent("download");
      await page.getByRole("link", { name: "Dạng bảng (CSV)" }).click();
      const file = await (await table).path();
      expect((await table).suggestedFilename()).toMatch(/^customer-.*\.csv$/);
      expect(readFileSync(file, "utf8")).toMatch(/^\ufeff"Phần".*Nguyễn Thị Lan.*"'\+8491234/s);
      await page.getByRole("button", { name: "Đánh dấu đã giao" }).click();
      await page.getByText("đã xong").waitFor();
      expect((await owner.get<Requests>(`/api/v1${path}`)).requests[0]?.finishedAt).not.toBeNull();
    },
  );

  test("a forgotten customer's page says so, and names nobody", async () => {
    const path = await addAsking(["copy", "deletion"], "+84912777777");
    const page = await enter(1280, path);
    await page.getByRole("heading", { name: "Khách đã xoá dữ liệu" }).waitFor();
    // The copy that was still to be handed over went with the rest.
    await page.getByText("Đã xoá tại đây lúc").first().waitFor();
    expect(await page.getByText("Đã xoá tại đây lúc").count()).toBe(2);
    expect(await page.getByRole("button", { name: "Tải bản sao" }).count()).toBe(0);
    await expectToFit(page, "staff-forgotten");
    expect(await page.locator("main").textContent()).not.toMatch(/Lan|912 777/);
  });
});
