import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY, setUpTwoStepsOn, signInAs } from "./staff-browser.ts";

describeWithChromium("the operator's console, and a company's duty", () => {
  const app = openStaffApp({ mayComplain: true });

  async function enter(person: TestStaff, path: string): Promise<Page> {
    await person.request("PATCH", "/api/v1/me", { language: "en" });
    const page = await app.visit();
    await page.goto(path);
    await signInAs(page, person);
    return page;
  }

  test("part of HM-1.22: an operator makes a company with a link for its owner, and suspends and resumes it", async () => {
    const operator = await app.site.addOwner();
    await app.site.asAdministrator("select directory.set_operator($1, true)", [operator.email]);
    const page = await enter(operator, "/operator");
    await page.getByText("Whoever runs this Foyer signs in with two steps").waitFor();
    await setUpTwoStepsOn(page, app.site.now());
    await page.getByRole("heading", { level: 1, name: "Companies" }).waitFor();
    await page.getByRole("button", { name: "New company" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Company").fill("Trà Đá Vỉa Hè");
    await dialog.getByRole("button", { name: "Make the company" }).click();
    await dialog.getByText("Hand this link to the first owner").waitFor();
    await dialog.getByText(`${app.site.origin}/first-sign-in?token=`).waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Suspend Trà Đá Vỉa Hè" }).click();
    await dialog.getByRole("button", { name: "Suspend" }).click();
    await page.getByRole("button", { name: "Resume Trà Đá Vỉa Hè" }).click();
    await dialog.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Suspend Trà Đá Vỉa Hè" }).waitFor();
  });

  test("somebody whose company is suspended is told so, and a stranger sees no console", async () => {
    const owner = await app.site.addOwner("Quán Nợ");
    await app.site.asAdministrator(
      "update directory.tenants set suspended_at = now() where id = $1",
      [owner.tenantId],
    );
    const page = await enter(owner, "/operator");
    await page.getByText("Quán Nợ is suspended.").waitFor();
    expect(await page.getByRole("heading", { name: "Companies" }).count()).toBe(0);
  });

  test("where a company asks for two steps, whoever has none sets it up, keeps the codes and is at work", async () => {
    const owner = await app.site.addOwner();
    const page = await enter(owner, "/");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await app.site.asAdministrator(
      "update directory.tenants set second_factor_required = true where id = $1",
      [owner.tenantId],
    );
    await page.goto("/customers");
    await page.getByText("Your company asks for two-step sign-in").waitFor();
    await page.getByRole("button", { name: "Set up" }).click();
    await page.locator("input[name=code]").fill("000000");
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("This code is not right, out of date or used already.").waitFor();
    // What the page was asking for as the company began to ask for two steps is refused with 403.
    const complaints = app.takeComplaints().filter((text) => !text.includes("403"));
    expect(complaints).toEqual([expect.stringContaining("400")]);
    await page.reload();
    await setUpTwoStepsOn(page, app.site.now());
    await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
    // New codes for those that were lost, with the password.
    await page.goto("/account");
    await page.getByText("10 recovery codes are left.").waitFor();
    await page.getByRole("button", { name: "New recovery codes" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("input[name=password]").fill(owner.password);
    await dialog.getByRole("button", { name: "New recovery codes" }).click();
    await page.getByText("Your new recovery codes").waitFor();
    await expect.poll(() => page.locator("code").count(), PATIENTLY).toBe(10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 recovery codes are left.").waitFor();
  });
});
