import type { Page } from "playwright-core";
import { create } from "qrcode";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

/** The dark squares of a QR code that says this, each as x,y. */
function drawSquares(text: string): string[] {
  const { size, data } = create(text, { errorCorrectionLevel: "M" }).modules;
  return [...data].flatMap((isDark, place) =>
    isDark ? [`${place % size},${Math.floor(place / size)}`] : [],
  );
}

/** Those of the QR codes on the page, card by card. */
async function readSquares(page: Page): Promise<string[][]> {
  const paths = await page
    .locator(".code-square path")
    .evaluateAll((all) => all.map((each) => each.getAttribute("d") ?? ""));
  return paths.map((path) => [...path.matchAll(/M(\d+) (\d+)h/g)].map(([, x, y]) => `${x},${y}`));
}

describeWithChromium("access codes in a browser", () => {
  const app = openStaffApp();
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
    const path = `/api/v1/branches/${id}/settings`;
    const document = await owner.get<object>(path);
    await owner.request("PUT", path, { ...document, nas: [NAS] });
    return id;
  }

  const makeBatch = (branchId: string, count: number) =>
    owner.request("POST", "/api/v1/access-code-batches", {
      branchId,
      name: "Thẻ sân thượng",
      count,
      devicesMax: 2,
      minutes: 90,
      lastDay: null,
    });

  test("codes are made in a dialog, are the box's at once, and their uses are counted live", async () => {
    await openCompany();
    await enter();
    await page.getByRole("link", { name: "Mã truy cập" }).click();
    await page.getByText("Tạo những mã truy cập đầu tiên").waitFor();
    await page.getByRole("button", { name: "Tạo mã" }).click();
    await page.getByLabel("Tên đợt mã").fill("Thẻ sân thượng");
    await page.locator("input[name=count]").fill("3");
    await page.locator("input[name=devicesMax]").fill("2");
    await page.locator("input[name=minutes]").fill("90");
    await page.getByRole("button", { name: "Tạo 3 mã" }).click();
    await page.getByRole("heading", { name: "Thẻ sân thượng" }).waitFor();
    const rows = page.getByRole("table", { name: "Các mã" }).locator("tbody tr");
    await expect.poll(() => rows.count(), PATIENTLY).toBe(3);
    const shown = (await rows.allInnerTexts()).map((text) => text.split(/\s/)[0]);
    const pulled = (await box.pull())?.settings as {
      accessCodes: { id: string; code: string; devicesMax: number; minutes: number }[];
    };
    expect(shown.map((code) => code?.replace("-", ""))).toEqual(
      pulled.accessCodes.map(({ code }) => code),
    );
    expect(pulled.accessCodes[0]).toMatchObject({ devicesMax: 2, minutes: 90 });
    await box.push([useOf(pulled.accessCodes[0]?.id ?? "")]);
    await expect.poll(() => rows.first().textContent(), PATIENTLY).toContain("1 / 2");
    await page.getByRole("link", { name: "Mã truy cập" }).first().click();
    const list = page.getByRole("table", { name: "Mã truy cập" }).locator("tbody tr");
    await expect.poll(() => list.first().textContent(), PATIENTLY).toContain("1 / 6");
  });

  test("a sheet shows each code with its QR code, and prints without the app around it", async () => {
    await makeBatch(await openCompany(), 12);
    await enter();
    await page.goto("/access-codes");
    await page.getByRole("link", { name: "Thẻ sân thượng" }).click();
    await page.getByRole("link", { name: "In", exact: true }).click();
    const cards = page.locator(".code-card");
    await expect.poll(() => cards.count(), PATIENTLY).toBe(12);
    expect(await cards.first().textContent()).toMatch(
      /Long Linh Coffee.*[2-9A-Z]{4}-[2-9A-Z]{4}.*2 thiết bị/,
    );
    expect(await page.getByRole("img", { name: /^Mã QR của/ }).count()).toBe(12);
    await page.getByText("Quét mã QR sẽ mở trang đăng nhập").waitFor();
    const pulled = (await box.pull())?.settings as { accessCodes: { code: string }[] };
    const links = pulled.accessCodes.map(({ code }) => `http://10.1.0.2:8080/?code=${code}`);
    expect(await readSquares(page)).toEqual(links.map(drawSquares));
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("navigation").first().isVisible()).toBe(false);
    expect(await page.getByRole("heading", { level: 1 }).isVisible()).toBe(false);
    expect(await cards.last().isVisible()).toBe(true);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("a batch is archived after a confirmation that names it, on a phone too", async () => {
    await makeBatch(await openCompany(), 4);
    await enter({ width: 390, height: 844 });
    await page.goto("/access-codes");
    await page.getByRole("link", { name: "Thẻ sân thượng" }).click();
    await page.getByRole("button", { name: "Lưu trữ" }).click();
    await page.getByText("kể cả 4 mã chưa dùng").waitFor();
    await page.getByRole("button", { name: "Lưu trữ Thẻ sân thượng" }).click();
    await page.getByText("Đã lưu trữ").waitFor();
    expect((await box.pull())?.settings).toMatchObject({ accessCodes: [] });
    expect(await page.getByRole("link", { name: "In", exact: true }).count()).toBe(0);
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(overflow).toBeLessThanOrEqual(390);
  });

  const useOf = (codeId: string) =>
    box.write("access-code.used", {
      codeId,
      guestId: uuidv7(),
      deviceId: uuidv7(),
      nasId: NAS_ID,
      endsAt: app.site.now().toISOString(),
      deviceNumber: 1,
    });
});

const NAS = {
  kind: "coova",
  id: NAS_ID,
  name: "Counter",
  source: "10.1.0.1",
  radiusSecret: "radius-secret",
  uamSecret: "",
  uamServer: "http://10.1.0.2:8080/portal",
  loginOrigins: ["http://10.10.0.1:3990"],
  nasIdentifier: "counter",
  handBack: "chap",
  disconnectPort: null,
};
