import { BOX_API } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const MAC = "DA-5E-00-53-00-01";

describeWithChromium("keys to the secure Wi-Fi on a customer's page", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let path: string;

  beforeEach(async () => {
    owner = await app.site.addOwner("Cà phê Sông Hương");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    const at = app.site.now();
    const lan = box.signIn({ phone: "+84912345678", name: "Lan", mac: MAC, at });
    const visit = box.visit({ ...lan, startedAt: at, endedAt: null });
    const { guestId, deviceId } = lan;
    const key = box.write("credential.issued", { guestId, deviceId }, at);
    await box.push([...lan.events, ...visit.events, key]);
    const { customers } = await askUntil(
      () => owner.get<{ customers: { id: string }[] }>("/api/v1/customers"),
      (reply) => reply.customers.length === 1,
    );
    path = `/customers/${customers[0]?.id}`;
    const keys = `/api/v1${path}/member-keys`;
    const told = await askUntil(
      () => owner.get<{ total: number }>(keys),
      ({ total }) => total === 1,
    );
    expect(told.total).toBe(1);
  });

  const devices = (page: Page) => page.getByRole("region", { name: /^(Thiết bị|Devices)$/ });
  const words = (page: Page) => devices(page).textContent();
  const pullCommands = async () =>
    (await box.pull({ settings: 99, guests: 1e9, boxCommands: 0 }))?.boxCommands ?? [];
  const END = /^(Hủy khoá|End key)$/;

  test.each([
    [1280, "en"],
    [390, "vi"],
  ] as const)(
    "one is ended after a confirmation, is seen to wait for its box, and to have ended, at %i pixels",
    async (width, language) => {
      const page = await app.enter(owner, { width, language });
      await page.goto(path);
      await expect.poll(() => words(page), PATIENTLY).toMatch(/Còn hiệu lực|Works/);
      await expectToFit(page, `member-keys-${language}`);
      await devices(page)
        .getByRole("button", { name: /DA-5E-00-53-00-01$/ })
        .click();
      const dialog = page.getByRole("dialog");
      await expect.poll(() => dialog.textContent(), PATIENTLY).toContain("Hồ Gươm");
      await dialog.getByRole("button", { name: END }).click();
      await expect.poll(() => words(page), PATIENTLY).toMatch(/Chờ hộp Foyer|Waits for its box/);
      expect(await devices(page).getByRole("button").count()).toBe(0);
      await expectToFit(page, `member-keys-waiting-${language}`);
      const [order] = await pullCommands();
      expect(order).toMatchObject({ kind: "credential.revoke" });
      const finishedAt = app.site.now().toISOString();
      await box.call(BOX_API.commandAnswers, {
        answers: [{ commandId: order?.id, outcome: "done", finishedAt }],
      });
      await expect.poll(() => words(page), PATIENTLY).toMatch(/Owner đã hủy|Ended by Owner/);
      await expectToFit(page, `member-keys-ended-${language}`);
    },
  );

  test("is seen by whoever may not end one, without the button", async () => {
    const page = await app.enter(await app.site.addViewer(owner));
    await page.goto(path);
    await expect.poll(() => words(page), PATIENTLY).toMatch(/Còn hiệu lực|Works/);
    expect(await devices(page).getByRole("button").count()).toBe(0);
  });
});
