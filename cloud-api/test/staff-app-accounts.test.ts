import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { openMailServer, type Provider } from "./providers.ts";
import {
  describeWithChromium,
  launchBrowser,
  openVisitor,
  PATIENTLY,
  signInAs,
  type Visitor,
} from "./staff-browser.ts";

const EMAIL = "lan@example.test";
const PASSWORD = "cà phê sữa đá";
const NEW_PASSWORD = "bánh mì ốp la";

describeWithChromium("an account, from its first mail on", () => {
  let site: TestSite;
  let browser: Browser;
  let mails: Provider;
  let visitors: Visitor[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    visitors = [];
    mails = await openMailServer();
    site = await openTestSite({
      mail: {
        server: { host: "127.0.0.1", port: Number(mails.configured.port), security: "none" },
        from: "Foyer <foyer@example.test>",
      },
    });
  });
  afterEach(async () => {
    for (const { close, foreignRequests } of visitors) {
      await close();
      expect(foreignRequests, "requests to other hosts").toEqual([]);
    }
    await site?.close();
  });

  async function open(width = 1280): Promise<Page> {
    const visitor = await openVisitor(browser, { origin: site.origin, width });
    visitors.push(visitor);
    return visitor.page;
  }

  /** The address that the newest mail to somebody leads to, once it has come. */
  async function waitForLink(path: string): Promise<string> {
    const find = () =>
      mails.taken.findLast(({ to, text }) => to === EMAIL && text.includes(`${path}#`));
    await vi.waitFor(() => expect(find()).toBeDefined(), { timeout: 20_000 });
    return new RegExp(`http\\S+${path}#\\S+`).exec(find()?.text ?? "")?.[0] ?? "";
  }

  async function signUp(page: Page): Promise<void> {
    await page.goto("/sign-up");
    await page.locator("input[name=email]").fill(EMAIL);
    await page.locator("button[type=submit]").click();
    await page.getByRole("heading", { name: "Look into your mailbox" }).waitFor();
    await page.goto(await waitForLink("/sign-up"));
    await page.locator("input[name=tenantName]").fill("Quán Gió");
    await page.locator("input[name=name]").fill("Lan");
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.locator("button[type=submit]").click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  }

  test("HM-1.22 a stranger with a browser and a mailbox has a company with its first branch in minutes", async () => {
    const began = Date.now();
    const page = await open();
    await signUp(page);
    expect(new URL(page.url()).hash).toBe("");
    await page.goto("/branches");
    await page.getByRole("button", { name: "Add a branch" }).first().click();
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Bến Thành");
    await page.getByRole("dialog").locator("button[type=submit]").click();
    await page.getByText("Bến Thành").first().waitFor();
    expect(Date.now() - began).toBeLessThan(3 * 60_000);
  });

  test("a forgotten password is chosen anew out of the mailbox, and the link leaves no trace", async () => {
    const page = await open();
    await signUp(page);
    const phone = await open(390);
    await phone.goto("/sign-in");
    await phone.getByRole("link", { name: "Forgot your password?" }).click();
    await phone.locator("input[name=email]").fill(EMAIL);
    await phone.locator("button[type=submit]").click();
    await phone.getByRole("heading", { name: "Look into your mailbox" }).waitFor();
    const link = await waitForLink("/new-password");
    const asked: string[] = [];
    phone.on("request", (request) => asked.push(request.url(), request.headers().referer ?? ""));
    await phone.goto(link);
    await phone.getByText(`For ${EMAIL}.`).waitFor();
    expect(phone.url()).toBe(`${site.origin}/new-password`);
    await phone.locator("input[name=password]").fill(NEW_PASSWORD);
    await phone.locator("button[type=submit]").click();
    await phone.getByRole("heading", { name: "Your password is changed" }).waitFor();
    const token = link.split("#")[1] ?? "";
    // The browser tells of its own navigation with the fragment, which it sends to nobody.
    expect(asked.filter((each) => each !== link && each.includes(token))).toEqual([]);
    await phone.getByRole("link", { name: "To the sign-in" }).click();
    await signInAs(phone, { email: EMAIL, password: NEW_PASSWORD });
    await phone.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.goto("/account");
    await page.locator("input[name=email]").waitFor();
    await phone.goto(link);
    await phone.getByRole("heading", { name: "This link no longer works" }).waitFor();
  });

  test("sign-ins are seen where they are and ended one by one, and a mail about a new one locks the account", async () => {
    const page = await open();
    await signUp(page);
    const stranger = await open(390);
    await stranger.goto("/");
    await signInAs(stranger, { email: EMAIL, password: PASSWORD });
    await stranger.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.goto("/account");
    await page.getByText("This browser").waitFor();
    await page.getByRole("button", { name: "Sign out Chrome · Linux" }).click();
    const buttons = page.getByRole("button", { name: "Sign out Chrome · Linux" });
    await expect.poll(() => buttons.count(), PATIENTLY).toBe(0);
    await stranger.goto("/account");
    await signInAs(stranger, { email: EMAIL, password: PASSWORD });
    await stranger.getByRole("heading", { name: "Your account" }).waitFor();

    await page.goto(await waitForLink("/not-me"));
    await page.getByRole("button", { name: "Lock my account" }).click();
    await page.getByRole("heading", { name: "Your account is locked" }).waitFor();
    await stranger.goto("/account");
    await signInAs(stranger, { email: EMAIL, password: PASSWORD });
    await stranger.getByRole("alert").waitFor();
    await page.goto(await waitForLink("/new-password"));
    await page.locator("input[name=password]").fill(NEW_PASSWORD);
    await page.locator("button[type=submit]").click();
    await page.getByRole("heading", { name: "Your password is changed" }).waitFor();
  });
});
