import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

type Visits = { visits: { id: string }[]; total: number };

describeWithChromium("the page of events in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;
  let visitEventId: string;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    const guest = box.signIn({ phone: "+84912345678", name: "Lan" });
    const visit = box.visit({ ...guest, startedAt: app.site.now(), endedAt: null });
    visitEventId = visit.events.find(({ type }) => type === "visit.started")?.id ?? "";
    await box.push([...guest.events, ...visit.events]);
    await askUntil(countVisits, (count) => count === 1);
    page = await app.enter(owner);
  });

  const countVisits = async () => (await owner.get<Visits>("/api/v1/visits")).total;

  /** As a handler that failed five times leaves it. */
  const setAside = () =>
    app.site.asAdministrator(
      `insert into event_failures (tenant_id, feature, event_id, position, attempts, reason,
         failed_at, retry_at, set_aside)
       select tenant_id, 'visits', id, position, 5, 'a fault of the test', now(), now(), true
       from events where tenant_id = $1 and id = $2`,
      [owner.tenantId, visitEventId],
    );

  test("where all is well the page says so, and what each empty list would hold", async () => {
    await page.getByRole("link", { name: "Events", exact: true }).click();
    await page.getByText("Everything that was told has arrived everywhere.").waitFor();
    await page.getByText("Nothing is set aside").waitFor();
    await page.getByText("Every box is understood").waitFor();
  });

  test("what a part set aside is named in words with its reason, and fails or is taken in when tried again", async () => {
    const payload = "payload->>'visitId'";
    await setAside();
    await app.site.asAdministrator(
      `update events set payload = payload || jsonb_build_object('visitId', 'broken ' || (${payload}))
       where tenant_id = $1 and id = $2`,
      [owner.tenantId, visitEventId],
    );
    await page.goto("/events");
    await page.getByText("1 event needs a look").waitFor();
    const row = page.getByRole("row", { name: /visit\.started/ });
    await row.getByText("Visits and Wi-Fi use").waitFor();
    await row.getByText("a fault of the test").waitFor();
    const retry = row.getByRole("button", { name: "Try again: A visit, Visits and Wi-Fi use" });
    await retry.click();
    await page.getByText("1 event failed again, for the reason beside it.").waitFor();
    // The reason of this time, and not the one it was set aside for.
    await row.getByText("invalid input syntax for type uuid").waitFor();
    expect(app.takeComplaints()).toEqual([expect.stringContaining("409")]);
    // Mended, it is taken in, and counted once.
    await app.site.asAdministrator(
      `update events set payload = payload || jsonb_build_object('visitId', substr(${payload}, 8))
       where tenant_id = $1 and id = $2`,
      [owner.tenantId, visitEventId],
    );
    await retry.click();
    await page.getByText("1 event was taken in.").waitFor();
    await page.getByText("Nothing is set aside").waitFor();
    expect(await countVisits()).toBe(1);
  });

  test("a part reads the log again after a confirmation that names it, and ends where it was", async () => {
    await page.goto("/events");
    await page.getByRole("button", { name: "Read again: Visits and Wi-Fi use" }).click();
    const dialog = page.getByRole("dialog", { name: "Read again: Visits and Wi-Fi use" });
    await dialog.getByText("Nothing is sent to guests").waitFor();
    await dialog.getByRole("button", { name: "Read again", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    const row = page.getByRole("row", { name: /Visits and Wi-Fi use/ });
    await row.getByText("up to date").waitFor();
    await expect.poll(countVisits, PATIENTLY).toBe(1);
    const told = await app.site.listEvents(owner.tenantId, "replay.begun");
    expect(told).toMatchObject([{ payload: { feature: "visits" } }]);
    // What cannot forget is not offered to.
    const codes = page.getByRole("row", { name: /Codes that are sent/ });
    expect(await codes.getByRole("button").count()).toBe(0);
  });

  test("what a box sent and nobody could read stands there with its branch and reason", async () => {
    await page.goto("/events");
    const start = box.write("box.started", { release: "0.1.0", settingsVersion: 1 });
    await box.push([{ ...start, payload: { release: 7 } }]);
    const row = page.getByRole("row", { name: /Hồ Gươm/ });
    await page.reload();
    await row.getByText("box.started").waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("list", { name: "Could not be read" }).waitFor();
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test("nobody but an owner is shown the way there, or what stands there", async () => {
    const theirs = await app.enter(await app.site.addViewer(owner));
    expect(await theirs.locator("a[href='/events']").count()).toBe(0);
    await theirs.goto("/events");
    await theirs.getByRole("alert").first().waitFor();
    expect(await theirs.getByRole("table").count()).toBe(0);
    await theirs.context().close();
    expect(app.takeComplaints().every((line) => line.includes("403"))).toBe(true);
  });
});
