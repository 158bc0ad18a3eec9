import { generateSync } from "otplib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY, signInAs } from "./staff-browser.ts";

const STEP_SECONDS = 30;
/** More than the tries an e-mail address has. */
const WRONG_TRIES = 12;

describeWithChromium("the doors of the staff app", () => {
  const app = openStaffApp();
  let page: Page;

  async function enter(owner: TestStaff): Promise<void> {
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    page = await app.visit();
    await page.goto("/account");
    await signIn(owner);
  }

  const signIn = (person: { email: string; password: string }) => signInAs(page, person);

  async function signOut() {
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.locator("input[name=email]").waitFor();
  }

  async function giveCode(code: string) {
    await page.locator("input[name=code]").fill(code);
    await page.locator("button[type=submit]").last().click();
  }

  test("two-step sign-in is set up by a picture, asks for a code from then on, and a recovery code stands in once", async () => {
    const owner = await app.site.addOwner();
    await enter(owner);
    await page.getByRole("button", { name: "Set up" }).click();
    const picture = page.getByRole("img", { name: "QR code for the authenticator app" });
    await picture.waitFor();
    // A picture that the security policy forbids has no width.
    await expect
      .poll(() => picture.evaluate("(image) => image.naturalWidth"), PATIENTLY)
      .not.toBe(0);
    const secret = (await page.locator("code").first().textContent()) ?? "";
    const makeCode = () =>
      generateSync({ secret, epoch: Math.floor(app.site.now().getTime() / 1000) });
    await giveCode(makeCode());
    await page.getByText("Two-step sign-in is on").waitFor();
    const recoveryCodes = await page.locator("code").allTextContents();
    expect(new Set(recoveryCodes).size).toBe(10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("button", { name: "Turn off" }).waitFor();

    await signOut();
    await signIn(owner);
    await giveCode("000000");
    await page.getByRole("alert").getByText("This code is not right").waitFor();
    // A code is taken once, so the next one has to come first.
    app.site.passSeconds(STEP_SECONDS);
    await giveCode(makeCode());
    await page.getByRole("heading", { name: "Your account" }).waitFor();

    for (const isTaken of [true, false]) {
      await signOut();
      await signIn(owner);
      await giveCode(recoveryCodes[0] ?? "");
      if (isTaken) await page.getByRole("heading", { name: "Your account" }).waitFor();
      else await page.getByRole("alert").getByText("This code is not right").waitFor();
    }
  });

  test("after too many wrong passwords the door says how long to wait, even to the right one", async () => {
    const owner = await app.site.addOwner();
    await enter(owner);
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    await signOut();
    const tries = Array.from({ length: WRONG_TRIES }, () =>
      owner.request("POST", "/api/v1/session", { email: owner.email, password: "wrong password" }),
    );
    expect((await Promise.all(tries)).some(({ status }) => status === 429)).toBe(true);
    await signIn(owner);
    await page
      .getByRole("alert")
      .getByText(/You can try again in \d+m/)
      .waitFor();
  });

  test("a name is changed where it is shown, at once", async () => {
    const owner = await app.site.addOwner();
    await enter(owner);
    await page.getByRole("textbox", { name: "Your name" }).fill("Lê Thị Bình");
    await page.getByRole("button", { name: "Save" }).click();
    const menu = page.getByRole("button", { name: "Account" });
    await expect.poll(() => menu.textContent(), PATIENTLY).toContain("Lê Thị Bình");
  });

  test("a password is changed with the old one, and other browsers are signed out", async () => {
    const owner = await app.site.addOwner();
    await enter(owner);
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    const changed = "bánh mì ốp la";
    const fill = async (old: string) => {
      await page.locator("input[name=password]").fill(old);
      await page.locator("input[name=newPassword]").fill(changed);
      await page.getByRole("button", { name: "Change password" }).click();
    };
    await fill("not the password");
    await page.getByText("This is not your present password.").waitFor();
    await fill(owner.password);
    await page.getByText("Changed. Other browsers are signed out.").waitFor();
    expect((await owner.request("GET", "/api/v1/session")).status).toBe(401);
    const person = { email: owner.email, password: changed };
    await owner.request("POST", "/api/v1/session", person);
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await page.getByText("Only this browser is signed in now.").waitFor();
    expect((await owner.request("GET", "/api/v1/session")).status).toBe(401);
    await signOut();
    await signIn(person);
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    expect(app.takeComplaints().filter((line) => !line.includes("400"))).toEqual([]);
  });

  test("an owner changes a colleague's role and takes an open invitation back", async () => {
    const owner = await app.site.addOwner();
    const invite = async (role: string) => {
      const { body } = await owner.request("POST", "/api/v1/invitations", {
        grants: [{ role, ownRoleId: null, scope: { kind: "tenant" } }],
      });
      return new URL((body as { url: string }).url).searchParams.get("token");
    };
    const person = { email: "minh@example.test", name: "Minh", password: "cà phê sữa đá" };
    const token = await invite("viewer");
    const joined = await fetch(`${app.site.origin}/api/v1/first-sign-in`, {
      method: "POST",
      headers: { origin: app.site.origin, "content-type": "application/json" },
      body: JSON.stringify({ token, ...person, language: "en" }),
    });
    expect(joined.status).toBe(200);
    const open = await invite("owner");
    await enter(owner);
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    await page.goto("/staff");
    await page.getByRole("button", { name: "Roles of Minh" }).click();
    await page.getByRole("combobox", { name: "Role", exact: true }).click();
    await page.getByRole("option", { name: "Branch manager" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    type Staff = { staff: { name: string; grants: { role: string }[] }[] };
    const roles = async () =>
      (await owner.get<Staff>("/api/v1/staff")).staff.map(
        ({ name, grants }) => `${name} ${grants.map(({ role }) => role).join()}`,
      );
    await expect.poll(roles, PATIENTLY).toEqual(["Owner owner", "Minh manager"]);
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("button", { name: "Take back for good" }).click();
    await page.getByRole("region", { name: "Open invitations" }).waitFor({ state: "detached" });
    const link = await owner.request("GET", `/api/v1/first-sign-in/${open}`);
    expect(link.status).toBe(404);
  });

  test("what is missing in a form is said in the reader's language, and not in the browser's", async () => {
    page = await app.visit({ locale: "vi-VN" });
    await page.goto("/sign-in");
    const say = async (words: string) => {
      await page.locator("button[type=submit]").click();
      await page.getByRole("alert").getByText(words).waitFor();
    };
    await say("Chưa điền “Email”.");
    expect(await page.locator("input[name=email]:focus").count()).toBe(1);
    await page.locator("input[name=email]").fill("lan");
    expect(await page.getByRole("alert").count()).toBe(0);
    await say("“Email” chưa phải là một địa chỉ email đầy đủ.");
    await page.locator("input[name=email]").fill("lan@example.test");
    await say("Chưa điền “Mật khẩu”.");
    expect(await page.locator("form:not([novalidate])").count()).toBe(0);
  });
});
