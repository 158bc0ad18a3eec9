import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const HOUR = 3_600_000;

describeWithChromium("segments in a browser", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  async function enter(options: { width?: number; height?: number } = {}, staff = owner) {
    page = await app.enter(staff, options);
  }

  let phones = 0;
  async function meet(name: string, hoursAgo: readonly number[]) {
    phones += 1;
    const { events, guestId, deviceId } = box.signIn({ phone: `+8491234560${phones}`, name });
    const visits = hoursAgo.flatMap((hours) => {
      const startedAt = new Date(app.site.now().getTime() - hours * HOUR);
      const endedAt = new Date(startedAt.getTime() + 45 * 60_000);
      return box.visit({ guestId, deviceId, startedAt, endedAt }).events;
    });
    await box.push([...events, ...visits]);
  }

  /** Lan came three times, Minh once, five weeks ago. */
  async function openCompany() {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    box = await owner.addBox(id);
    await owner.request("POST", "/api/v1/tags", { name: "Ăn chay" });
    await meet("Lan", [60, 40, 20]);
    await meet("Minh", [24 * 35]);
    type Customers = { customers: { visits: number }[] };
    await askUntil(
      () => owner.get<Customers>("/api/v1/customers"),
      ({ customers }) =>
        customers
          .map(({ visits }) => visits)
          .toSorted()
          .join() === "1,3",
    );
  }

  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");
  const choose = async (label: string, option: string, place = 0) => {
    await page.getByRole("combobox", { name: label }).nth(place).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };

  /** Mantine forgets in a timer which option is picked once a list has opened: typed before, Enter picks none. */
  const opened = () => page.evaluate(() => new Promise((done) => setTimeout(done)));

  test("a segment is put together as a sentence, counted as it changes, saved and opened as a list", async () => {
    await openCompany();
    await enter();
    await page.getByRole("link", { name: "Phân khúc" }).click();
    await page.getByText("Chưa có phân khúc nào").waitFor();
    await page.getByRole("link", { name: "Tạo phân khúc" }).first().click();
    await page.getByText("Khách hàng đã ghé ít nhất 3 lần").waitFor();
    await page.getByText("1 khách hàng thoả").waitFor();
    await page.getByRole("textbox", { name: "Số" }).fill("1");
    await page.getByText("2 khách hàng thoả").waitFor();
    await page.getByRole("button", { name: "Thêm điều kiện" }).click();
    await choose("Xét điều gì", "ghé lần cuối", 1);
    await page.getByText("ghé lần cuối cách đây hơn 30 ngày").waitFor();
    await page.getByText("1 khách hàng thoả").waitFor();
    await page.getByRole("button", { name: "Vì sao có Minh?" }).click();
    const why = page.getByRole("dialog");
    await why.getByText("đã ghé ít nhất 1 lần").waitFor();
    expect(await why.textContent()).toMatch(/đã ghé ít nhất 1 lần – 1 lần/);
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Tên" }).fill("Lâu chưa ghé");
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByRole("heading", { name: "Lâu chưa ghé" }).waitFor();
    await page.getByRole("link", { name: "Xem tất cả" }).click();
    await page.getByText("Tìm thấy 1 khách hàng").waitFor();
    await page.getByRole("link", { name: "Minh" }).waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  test("an unfinished condition asks for nothing, and the keyboard alone finishes it", async () => {
    await openCompany();
    await enter();
    await page.goto("/segments/new");
    await page.getByText("1 khách hàng thoả").waitFor();
    const subject = page.getByRole("combobox", { name: "Xét điều gì" });
    await subject.focus();
    await opened();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("có thẻ");
    await page.getByRole("option", { name: "có thẻ" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Hãy điền xong các điều kiện").first().waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await opened();
    await page.keyboard.type("chay");
    await page.getByRole("option", { name: "Ăn chay" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Khách hàng có thẻ Ăn chay").waitFor();
    await page.getByText("Chưa có ai thoả").waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  test("a customer's page says which segments they are in, and why not in the others", async () => {
    await openCompany();
    const often = { kind: "visit-count", count: { min: 3 }, visits: {} };
    const never = { kind: "consent", purpose: "marketing", state: "given" };
    const make = (name: string, ...of: object[]) =>
      owner.request("POST", "/api/v1/segments", { name, tree: { kind: "all", of } });
    await make("Khách quen", often);
    await make("Nhận tin", often, never);
    await enter({ width: 390, height: 844 });
    await page.goto("/customers");
    await page.getByRole("link", { name: "Lan" }).click();
    const panel = page.getByRole("region", { name: "Phân khúc" });
    await panel.getByText("đã ghé ít nhất 3 lần – 3 lần").waitFor();
    expect(await panel.getByText("Nhận tin").count()).toBe(0);
    await panel.getByRole("button", { name: "Cả những phân khúc không thuộc" }).click();
    await panel.getByText("đồng ý cho tin nhắn và ưu đãi – chưa biết gì").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
    await page.goto("/segments");
    await page.getByRole("link", { name: "Nhận tin" }).click();
    await page.getByText("Chưa có ai thoả").waitFor();
    await page.getByRole("button", { name: "Thêm về lượt ghé" }).click();
    await page.getByRole("combobox", { name: "Thứ trong tuần" }).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
  });

  test("one that another names is not removed and says so; the other is, after its name", async () => {
    await openCompany();
    const make = async (name: string, condition: object) => {
      const tree = { kind: "all", of: [condition] };
      const { body } = await owner.request("POST", "/api/v1/segments", { name, tree });
      return (body as { id: string }).id;
    };
    const named = await make("Một", { kind: "visit-count", count: { min: 1 }, visits: {} });
    const other = await make("Hai", { kind: "segment", id: named, member: true });
    await enter();
    const remove = async (id: string) => {
      await page.goto(`/segments/${id}`);
      await page.getByRole("button", { name: "Xoá" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Xoá" }).click();
    };
    await remove(named);
    await page.getByText("Có phân khúc khác dựa vào").waitFor();
    await remove(other);
    const left = async () =>
      (await owner.get<{ segments: { name: string }[] }>("/api/v1/segments")).segments;
    await expect.poll(left, PATIENTLY).toMatchObject([{ name: "Một" }]);
    await page.getByRole("link", { name: "Một" }).waitFor();
  });

  test("a viewer sees who fits, and nothing to change", async () => {
    await openCompany();
    const tree = { kind: "all", of: [{ kind: "visit-count", count: { min: 3 }, visits: {} }] };
    await owner.request("POST", "/api/v1/segments", { name: "Khách quen", tree });
    await enter({}, await app.site.addViewer(owner));
    await page.goto("/segments");
    await page.getByRole("link", { name: "Khách quen", exact: true }).click();
    await page.getByText("1 khách hàng thoả").waitFor();
    expect(await page.getByRole("button", { name: "Lưu" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Xoá" }).count()).toBe(0);
  });
});
