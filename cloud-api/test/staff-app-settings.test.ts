import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

const MANY_MS = 120_000;

/** An access controller that speaks RADIUS and nothing else. */
const nas = (id: string, name: string) => ({
  ...{ id, name, kind: "radius", vendor: "plain", source: `10.0.0.${name.length}` },
  ...{ radiusSecret: "a secret of the test", nasIdentifier: "" },
});

describeWithChromium("a branch's settings in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let branchId: string;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    page = await app.enter(owner);
  });

  /** Of a branch of the test's own. */
  async function openSettings(section: string, width = 1280) {
    await page.setViewportSize({ width, height: 900 });
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    box = await owner.addBox(branchId);
    await page.goto(`/branches/${branchId}?section=${section}`);
    await page.getByRole("heading", { name: "Settings of Hồ Gươm" }).waitFor();
    await page.locator("main section").first().waitFor();
  }

  type Versioned = BranchSettings & { version: number };
  const readSettings = () => owner.get<Versioned>(`/api/v1/branches/${branchId}/settings`);
  const saveButton = () => page.getByRole("button", { name: "Save changes" });
  const changeElsewhere = async (edit: (settings: Versioned) => Versioned) => {
    const path = `/api/v1/branches/${branchId}/settings`;
    const answer = await owner.request("PUT", path, edit(await readSettings()));
    expect(answer.status).toBe(200);
  };

  test("ways in are switched and put in order by the keyboard alone, and the box is told with one save", async () => {
    await openSettings("sign-in");
    const ways = page.getByRole("list", { name: "Ways in" });
    const names = () =>
      ways.locator("li").evaluateAll((all) => all.map((each) => each.getAttribute("data-way")));
    await page.getByRole("switch", { name: "Access code on paper" }).focus();
    await page.keyboard.press("Space");
    const up = page.getByRole("button", { name: "Move Access code on paper up" });
    await up.focus();
    for (const place of [4, 3, 2, 1, 0]) {
      await page.keyboard.press("Enter");
      await expect.poll(async () => (await names()).indexOf("accessCode"), PATIENTLY).toBe(place);
      // The keyboard stays where it was, so that the next press moves it on.
      expect(await page.evaluate("document.activeElement.ariaLabel")).toBe(
        "Move Access code on paper up",
      );
    }
    await page.getByText("2 changes").waitFor();
    await saveButton().click();
    await page.getByText("Saved as version 2").waitFor();
    const pulled = await box.pull();
    expect(pulled?.settings?.signIn).toMatchObject({
      accessCode: { enabled: true },
      order: ["accessCode", "phone", "member", "email", "room", "clickThrough"],
    });
  });

  test("what the API refuses is said beside its field, in its section, and nothing is saved", async () => {
    await openSettings("sign-in");
    await page.getByLabel("Wrong tries at a code").fill("99");
    await page.getByRole("button", { name: "Place and languages" }).click();
    await saveButton().click();
    await page.getByText("Nothing was saved: look at “Wrong tries at a code”.").waitFor();
    await page.getByRole("button", { name: "Signing in needs a look" }).waitFor();
    await page.getByRole("button", { name: "Show it" }).click();
    await page.getByText("Give a number from 1 to 10.").waitFor();
    const field = page.getByLabel("Wrong tries at a code");
    await expect
      .poll(() => page.evaluate("document.activeElement.dataset.setting"), PATIENTLY)
      .toBe("triesMax");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect((await readSettings()).version).toBe(1);
    // Corrected, it is saved, and the complaint is gone.
    await field.fill("4");
    expect(await page.getByText("Give a number from 1 to 10.").count()).toBe(0);
    await saveButton().click();
    await page.getByText("Saved as version 2").waitFor();
    expect((await readSettings()).signIn.phone.triesMax).toBe(4);
    expect(app.takeComplaints()).toEqual([expect.stringContaining("400")]);
  });

  test("how many guests the box knows is set with what they cost, and told to it; empty is the usual number", async () => {
    await openSettings("guests");
    const field = page.getByLabel("Know at most");
    expect(await field.getAttribute("placeholder")).toBe("200,000");
    await page.getByText("100,000 take about 45 MB", { exact: false }).waitFor();
    await field.fill("2000001");
    await saveButton().click();
    await page.getByText("Give a number from 0 to 2,000,000.").waitFor();
    expect(app.takeComplaints()).toEqual([expect.stringContaining("400")]);
    await field.fill("50000");
    await saveButton().click();
    await page.getByText("Saved as version 2").waitFor();
    expect((await box.pull())?.settings?.knownGuestsMax).toBe(50_000);
    await field.fill("");
    await saveButton().click();
    await page.getByText("Saved as version 3").waitFor();
    expect(await readSettings()).not.toHaveProperty("knownGuestsMax");
  });

  test("a branch keeps a way in: switching off the last one is refused in words", async () => {
    await openSettings("sign-in");
    await page.getByRole("switch", { name: "Code to a phone" }).press("Space");
    await saveButton().click();
    await page.getByText("Guests would have no way in. Leave at least one on.").waitFor();
    await page.getByRole("combobox", { name: "One tap, without a code" }).click();
    await page.getByRole("option", { name: "Always" }).click();
    await saveButton().click();
    await page.getByText("Saved as version 2").waitFor();
    expect((await readSettings()).signIn.clickThrough).toBe("always");
    expect(app.takeComplaints()).toEqual([expect.stringContaining("400")]);
  });

  test("what somebody else saves meanwhile is taken in below one's own changes", async () => {
    await openSettings("guests");
    await page.getByLabel("A device is known again for").fill("120");
    await page.getByText("1 change").waitFor();
    await changeElsewhere((settings) => ({
      ...settings,
      branch: { ...settings.branch, visitGapMinutes: 45 },
    }));
    await expect
      .poll(() => page.getByLabel("A new visit begins after").inputValue(), PATIENTLY)
      .toContain("45");
    await saveButton().click();
    await page.getByText("Saved as version 3").waitFor();
    const { signIn, branch } = await readSettings();
    expect([signIn.recogniseDays, branch.visitGapMinutes]).toEqual([120, 45]);
  });

  test("where two people change the same, the second is told what it is and decides", async () => {
    await openSettings("guests");
    await page.getByLabel("A device is known again for").fill("120");
    await page.getByLabel("A new visit begins after").fill("90");
    const changeIt = (days: number) =>
      changeElsewhere((all) => ({ ...all, signIn: { ...all.signIn, recogniseDays: days } }));
    await changeIt(30);
    const notice = page.getByRole("alert").filter({ hasText: "Somebody saved version 2" });
    await notice.getByText("You both changed: A device is known again for.").waitFor();
    expect(await saveButton().isDisabled()).toBe(true);
    await notice.getByRole("button", { name: "Take theirs" }).click();
    await saveButton().click();
    await page.getByText("Saved as version 3").waitFor();
    const { signIn, branch } = await readSettings();
    expect([signIn.recogniseDays, branch.visitGapMinutes]).toEqual([30, 90]);

    await page.getByLabel("A device is known again for").fill("60");
    await changeIt(10);
    await page.getByRole("button", { name: "Keep mine" }).click();
    await saveButton().click();
    await page.getByText("Saved as version 5").waitFor();
    expect((await readSettings()).signIn.recogniseDays).toBe(60);
  });

  test("changes outlive a look at another page, are listed by name, and go when they are discarded", async () => {
    await openSettings("place");
    const english = page.getByRole("button", { name: "Move English up" });
    await english.click();
    await page.getByLabel("Name of the branch").fill("Hồ Tây");
    await page.getByRole("link", { name: "Customers", exact: true }).click();
    await page.getByRole("heading", { name: "Customers" }).waitFor();
    await page.goBack();
    await page.getByText("2 changes").waitFor();
    await page.getByText("Name of the branch, Languages of the guest pages").waitFor();
    await page.getByRole("button", { name: "Discard" }).click();
    const name = () => page.getByLabel("Name of the branch").inputValue();
    await expect.poll(name, PATIENTLY).toBe("Hồ Gươm");
    await expect.poll(() => saveButton().count(), PATIENTLY).toBe(0);
    expect((await readSettings()).version).toBe(1);
  });

  test("changed words of a consent become its next version, and the others stay", async () => {
    await openSettings("legal");
    const before = await readSettings();
    const terms = page.getByRole("region", { name: "Terms of use" });
    await terms
      .getByLabel("One line beside the box to tick (English)")
      .fill("I agree to all of it");
    await saveButton().click();
    await page.getByText("Saved as version 2").waitFor();
    const versions = (settings: BranchSettings) =>
      settings.legalTexts.map(({ purpose, version }) => [purpose, version]);
    expect(versions(await readSettings())).toEqual(
      versions(before).map(([purpose, version]) => [
        purpose,
        purpose === "terms" ? Number(version) + 1 : version,
      ]),
    );
  });

  test("the look and the secure network are set, and a picture that is too large is refused before it is sent", async () => {
    await openSettings("brand");
    await page.getByLabel("Colour of buttons and links").first().fill("#aa3311");
    const logo = page.locator("input[type=file]").first();
    const svg = (letters: number) => ({
      ...{ name: "logo.svg", mimeType: "image/svg+xml" },
      buffer: Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg"><!--${"x".repeat(letters)}--></svg>`,
      ),
    });
    await logo.setInputFiles(svg(9000));
    await page.getByText("Choose a picture of a kind named above").waitFor();
    await logo.setInputFiles(svg(10));
    await page.getByRole("img", { name: "Logo" }).waitFor();
    await page.getByRole("button", { name: "Secure Wi-Fi" }).click();
    await page.getByRole("button", { name: "Set it up" }).click();
    await page.getByLabel("Name of the network (SSID)").fill("Foyer secure");
    await page.getByLabel("Domain name").fill("Wi Fi");
    await saveButton().click();
    await page.getByText("Give a whole domain name in small letters.").waitFor();
    await page.getByLabel("Domain name").fill("wifi.example.com");
    await saveButton().click();
    await page.getByText("No access controller of this branch speaks RADIUS").waitFor();
    // What is saved elsewhere is taken in below what is not saved here.
    await changeElsewhere((all) => ({
      ...all,
      nas: [nas(NAS_ID, "Upstairs")] as Versioned["nas"],
    }));
    await page.getByText("Version 2", { exact: true }).waitFor();
    await saveButton().click();
    await page.getByText("Saved as version 3").waitFor();
    const { brand, memberWifi } = await readSettings();
    expect(brand).toMatchObject({
      accentColour: "#aa3311",
      logo: expect.stringMatching(/^data:image\/svg/),
    });
    expect(memberWifi).toMatchObject({
      enabled: true,
      ssid: "Foyer secure",
      domain: "wifi.example.com",
    });
    expect(app.takeComplaints()).toHaveLength(2);
  });

  test("each section fits a phone, and its choice leads to every other", async () => {
    await openSettings("sign-in", 390);
    const choice = page.getByRole("combobox", { name: "Section" });
    const sections = await page.evaluate<string[]>(
      "[...document.querySelector('.settings-choice select').options].map((each) => each.value)",
    );
    expect(sections.length).toBeGreaterThan(8);
    for (const section of sections) {
      await choice.selectOption(section);
      await expect
        .poll(() => new URL(page.url()).searchParams.get("section"), PATIENTLY)
        .toBe(section);
      await page.locator("main section").first().waitFor();
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width, section).toBeLessThanOrEqual(390);
    }
  });

  test("an access controller says when the last guest came through it, and how many are there", async () => {
    await openSettings("access-points");
    await changeElsewhere((all) => ({
      ...all,
      nas: [
        nas(NAS_ID, "Upstairs"),
        nas("01990000-0000-7000-8000-0000000000bb", "Terrace"),
      ] as Versioned["nas"],
    }));
    const guest = box.signIn({ phone: "+84912345678" });
    await box.push([
      ...guest.events,
      ...box.visit({ ...guest, startedAt: app.site.now(), endedAt: null }).events,
    ]);
    const row = (name: string) => page.getByRole("row", { name: new RegExp(name) });
    await row("Upstairs").getByText("1 online now").waitFor();
    await row("Terrace").getByText("nobody yet").waitFor();
  });

  test("stays are added, changed, checked out and cleared, and each is told to the box at once", {
    timeout: MANY_MS,
  }, async () => {
    await openSettings("rooms");
    await page.getByRole("button", { name: "Add a stay" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Room").fill("101");
    await dialog.getByLabel("Name of the booking").fill("Nguyễn");
    await dialog.getByLabel("Check-out").fill("2020-01-01T12:00");
    await dialog.getByRole("button", { name: "Save the stay" }).click();
    await dialog.getByText("Check-out comes after check-in.").waitFor();
    await dialog.getByLabel("Check-out").fill("2099-01-01T12:00");
    await dialog.getByRole("button", { name: "Save the stay" }).click();
    const table = page.getByRole("table", { name: "Stays" });
    await table.getByText("here").waitFor();
    const pulled = await box.pull();
    expect(pulled?.settings?.roomStays).toMatchObject([
      // Noon on the branch's clock, seven hours ahead of UTC.
      { room: "101", name: "Nguyễn", validUntil: "2099-01-01T05:00:00.000Z" },
    ]);
    await page.getByRole("button", { name: "Change 101, Nguyễn" }).click();
    await dialog.getByLabel("Room").fill("102");
    await dialog.getByRole("button", { name: "Save the stay" }).click();
    await page.getByRole("button", { name: "Check out 102, Nguyễn" }).click();
    await dialog.getByRole("button", { name: "Check out", exact: true }).click();
    await table.getByText("over").waitFor();
    await page.getByRole("button", { name: "Remove 1 that is over" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("Nobody has a room yet").waitFor();
    expect((await readSettings()).roomStays).toEqual([]);
  });

  test("a day's arrivals are pasted: what cannot be read is named by its line, and twice adds nobody", async () => {
    await openSettings("rooms", 390);
    const lines = ["Room,Name,Check-in,Check-out", "101,Nguyễn,2026-01-01,2099-01-02"];
    lines.push("102,Smith,2098-01-01,2099-01-02", "103,Lan,soon,2099-01-02");
    const dialog = page.getByRole("dialog");
    const paste = async () => {
      await page.getByRole("button", { name: "Paste arrivals" }).click();
      await dialog.getByLabel("Arrivals").fill(lines.join("\n"));
      await dialog.getByText("Line 4: the check-in is no date").waitFor();
    };
    await paste();
    await dialog.getByText("2 new, 0 changed, 0 known already").waitFor();
    await dialog.getByRole("button", { name: "Take them in" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("1 here, 1 to come").waitFor();
    await paste();
    await dialog.getByText("0 new, 0 changed, 2 known already").waitFor();
    await dialog.getByRole("button", { name: "Take them in" }).click();
    await dialog.waitFor({ state: "detached" });
    expect((await readSettings()).roomStays).toHaveLength(2);
    await page.getByLabel("Room or name").fill("nguyen");
    await expect
      .poll(() => page.getByRole("list", { name: "Stays" }).locator("li").count(), PATIENTLY)
      .toBe(1);
    // Nobody signs in by room before that is switched on.
    await page.getByText("Signing in by room is off").waitFor();
  });

  test("a viewer is not shown the settings, which hold secrets", async () => {
    await openSettings("sign-in");
    const theirs = await app.enter(await app.site.addViewer(owner));
    await theirs.goto(`/branches/${branchId}`);
    await theirs.getByRole("alert").waitFor();
    expect(await theirs.getByRole("switch").count()).toBe(0);
    await theirs.context().close();
    expect(app.takeComplaints().every((line) => line.includes("403"))).toBe(true);
  });
});
