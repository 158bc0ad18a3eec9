import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { uuidv7 } from "uuidv7";
import { beforeAll, expect, test } from "vitest";
import type { CustomerListReply } from "../src/features/customers/index.ts";
import { openStaffApp, takePictures } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

describeWithChromium("consent to messages, channel by channel, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;
  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    page = await app.enter(owner);
  });

  type Settings = BranchSettings & { version: number };

  test("staff choose the channels that guests are asked about, and the question becomes its next version", async () => {
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    const read = () => owner.get<Settings>(`/api/v1/branches/${id}/settings`);
    await page.goto(`/branches/${id}?section=legal`);
    const messages = page.getByRole("region", { name: "Messages and offers" });
    const box = (name: string) => messages.getByRole("checkbox", { name });
    await box("SMS").uncheck();
    await box("Email").uncheck();
    // A question without a channel would be none.
    await expect.poll(() => box("Zalo").isDisabled(), PATIENTLY).toBe(true);
    await takePictures(page, "legal");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Saved as version 2").waitFor();
    const { marketingText, legalTexts } = await read();
    expect(marketingText).toMatchObject({ version: 2, channels: ["zalo"] });
    expect(legalTexts.map(({ purpose, version }) => [purpose, version])).toEqual([["terms", 1]]);
  });

  test("a question of before there were channels says that it is one for all, and is made one by channel", async () => {
    const { id } = await owner.addBranch({ name: "Hàng Bạc" });
    const path = `/api/v1/branches/${id}/settings`;
    const { marketingText, ...settings } = await owner.get<Settings>(path);
    if (!marketingText) throw new Error("a new branch asks about messages by channel");
    const { channels: _, ...words } = marketingText;
    const legalTexts = [...settings.legalTexts, { purpose: "marketing", ...words }];
    expect((await owner.request("PUT", path, { ...settings, legalTexts })).status).toBe(200);
    await page.goto(`/branches/${id}?section=legal`);
    const messages = page.getByRole("region", { name: "Messages and offers" });
    await messages.getByText("Now one tick is a yes to all of them.").waitFor();
    await messages.getByRole("checkbox", { name: "Email" }).check();
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Saved as version 3").waitFor();
    const saved = await owner.get<Settings>(path);
    expect(saved.marketingText).toMatchObject({ version: 2, channels: ["email"] });
    expect(saved.legalTexts.map(({ purpose }) => purpose)).toEqual(["terms"]);
  });

  test("a customer's page and timeline name the channel of each answer, and the page how it was given", async () => {
    const { id: branchId } = await owner.addBranch({ name: "Tràng Tiền" });
    const box = await owner.addBox(branchId);
    const { events, guestId, deviceId } = box.signIn({ phone: "+84912345678", name: "Lan" });
    const said = { guestId, deviceId, nasId: NAS_ID, purpose: "marketing" as const };
    const words = { textSha256: "a".repeat(64), language: "vi" as const, textVersion: 2 };
    const write = (type: "consent.given" | "consent.withdrawn", channel?: "sms" | "zalo") =>
      box.write(type, {
        ...{ consentId: uuidv7(), ...said, ...words, method: "portal" as const },
        way: type === "consent.given" ? ("details" as const) : ("privacy-page" as const),
        ...(channel ? { channel } : {}),
      });
    await box.push([
      ...events,
      write("consent.given", "zalo"),
      write("consent.given", "sms"),
      write("consent.withdrawn", "sms"),
    ]);
    const list = () => owner.get<CustomerListReply>("/api/v1/customers");
    await expect.poll(async () => (await list()).customers.length, PATIENTLY).toBe(1);
    const [lan] = (await list()).customers;
    await page.goto(`/customers/${lan?.id}`);
    await page.getByText("Messages and offers: Zalo").first().waitFor();
    await expect
      .poll(() => page.getByText("Messages and offers: SMS").count(), PATIENTLY)
      .toBeGreaterThanOrEqual(2);
    await page.getByText("Took back: messages and offers: SMS").waitFor();
    await page.getByText("on the branch's page about their data").waitFor();
    expect(await page.getByText("on the page that asks for details").count()).toBe(2);
    await takePictures(page, "customer");
    await page.getByRole("button", { name: "Take back: Messages and offers: Zalo" }).click();
    await takePictures(page, "take-back");
    await page.getByRole("dialog").getByRole("button", { name: "Take back", exact: true }).click();
    await page.getByText("Took back: messages and offers: Zalo").waitFor();
    await expect
      .poll(() => page.getByRole("button", { name: /^Take back/ }).count(), PATIENTLY)
      .toBe(0);
    await box.push([write("consent.given", "zalo")]);
    await page.getByRole("button", { name: "Take back: Messages and offers: Zalo" }).waitFor();
  });

  test("a segment asks for those who agreed by one channel, and says so", async () => {
    const asked = { kind: "consent", purpose: "marketing", channel: "zalo", state: "given" };
    const tree = { kind: "all", of: [asked] };
    const made = await owner.request("POST", "/api/v1/segments", { name: "By Zalo", tree });
    const { id } = made.body as { id: string };
    type Listed = { segments: { id: string; customers: number }[] };
    const count = async () => {
      const { segments } = await owner.get<Listed>("/api/v1/segments");
      return segments.find((each) => each.id === id)?.customers;
    };
    await expect.poll(count, PATIENTLY).toBe(1);
    await page.goto(`/segments/${id}`);
    await page.getByText("agreed to messages and offers by Zalo").first().waitFor();
    await takePictures(page, "segment");
    await page.getByRole("combobox", { name: "Channel" }).click();
    await page.getByRole("option", { name: "SMS", exact: true }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("agreed to messages and offers by SMS").first().waitFor();
    await expect.poll(count, PATIENTLY).toBe(0);
  });
});
