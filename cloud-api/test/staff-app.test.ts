import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { enrolByCode } from "./box-calls.ts";
import {
  type EnrolledBox,
  openTestSite,
  speakAsBox,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";
import {
  createAccount,
  describeWithChromium,
  launchBrowser,
  openVisitor,
  PATIENTLY,
  signInAs,
  type Visitor,
} from "./staff-browser.ts";

type StaffReply = { staff: { email: string }[] };

const PASSWORD = "a long enough password for a test";

describeWithChromium("the staff app in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(async () => {
    await visitor.close();
    expect(visitor.foreignRequests, "requests to other hosts").toEqual([]);
    expect(visitor.complaints, "complaints on the console").toEqual([]);
  });

  async function enter(options: { locale?: string; width?: number; height?: number } = {}) {
    visitor = await openVisitor(browser, { origin: site.origin, ...options });
    page = visitor.page;
  }

  /** A company with one branch and its box, looked at by its owner. */
  async function enterCompany(): Promise<{ box: EnrolledBox; owner: TestStaff }> {
    const owner = await site.addOwner("Sen Spa");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    const branch = await owner.addBranch({ name: "Hồ Gươm" });
    const box = await owner.addBox(branch.id);
    await enter();
    await page.goto("/");
    await signIn(owner);
    await page.getByText("Four steps to your first guest").waitFor();
    return { box, owner };
  }

  const signIn = (person: { email: string; password: string }) => signInAs(page, person);

  async function readText(selector: string): Promise<string> {
    return (await page.locator(selector).textContent()) ?? "";
  }

  async function addBox(name: string): Promise<EnrolledBox> {
    await page.getByRole("button", { name: "Add a box" }).click();
    await page.getByLabel("Name of the box").fill(name);
    await page.getByRole("dialog").getByRole("button", { name: "Add a box" }).click();
    const code = await readText('[data-code="enrolment"]');
    await page.getByText(`sudo foyer enrol --cloud ${site.origin}`).waitFor();
    await page.getByText("Waiting for the box…").waitFor();
    const enrolled = await enrolByCode(site.origin, code);
    await page.getByText("The box is enrolled").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    return speakAsBox(enrolled.cloudUrl, enrolled);
  }

  test("the operator's first sign-in link works once, from any language", async () => {
    const link = site.firstSignInUrl ?? "";
    await enter({ locale: "vi-VN" });
    await page.goto(link);
    await page.getByRole("heading", { name: "Chào mừng đến với Foyer" }).waitFor();
    const operator = { tenantName: "Cà phê Sông Hương", name: "Bình", email: "binh@example.test" };
    await createAccount(page, { ...operator, password: PASSWORD });
    await page.getByRole("heading", { name: "Tổng quan" }).waitFor();
    await page.getByText("Bốn bước đến vị khách đầu tiên").waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
    await visitor.close();

    const first = visitor;
    await enter();
    await page.goto(link);
    await page.getByRole("heading", { name: "This link no longer works" }).waitFor();
    expect(first.complaints).toEqual([]);
    // The browser itself reports the refusal of the link.
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining("404")]);
  });

  test("HM-1.22 a new tenant is usable from a browser in minutes: it signs itself up, adds a branch and a box, and sees the first guests come as they do", async () => {
    await enter();
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Create a company" }).click();
    const owner = { tenantName: "Long Linh Coffee", name: "Linh", email: "linh@example.test" };
    await createAccount(page, { ...owner, password: PASSWORD });
    await page.getByText("Four steps to your first guest").waitFor();
    await page.getByRole("link", { name: "Add a branch" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Nguyễn Huệ café");
    // The browser reads British English on the clock of Hồ Chí Minh City.
    const country = page.getByRole("combobox", { name: "Country" });
    expect(await country.inputValue()).toBe("Vietnam");
    await page.getByRole("dialog").getByRole("button", { name: "Add a branch" }).click();
    await page.getByRole("heading", { name: "Nguyễn Huệ café" }).waitFor();
    const box = await addBox("Behind the counter");

    await page.getByRole("link", { name: "Overview", exact: true }).click();
    const hereNow = page.getByRole("link", { name: /^Here now/ });
    await expect.poll(() => hereNow.textContent(), PATIENTLY).toContain("0");
    await page.getByText("Live", { exact: true }).waitFor();
    // How soon that is, is a figure: see bench/fresh.ts.
    for (const [index, name] of ["Nguyễn Thị Lan", "Trần Minh Đức", "Lê Hoàng Anh"].entries()) {
      const guest = box.signIn({ phone: `+8491234567${index}`, name });
      const visit = box.visit({ ...guest, startedAt: new Date(), endedAt: null });
      await box.push([...guest.events, ...visit.events]);
      await page.getByRole("link", { name: `Here now ${index + 1}` }).waitFor();
    }
    await page.getByRole("link", { name: /^New customers 3/ }).waitFor();

    // The number opens what it counts.
    await hereNow.click();
    await page.getByRole("table", { name: "Visits" }).getByText("Nguyễn Thị Lan").waitFor();
    await expect.poll(() => page.getByRole("row").count(), PATIENTLY).toBe(4);
  });

  test("other hardware takes a box's place by a new code, and the key before it is good no longer", async () => {
    const { box } = await enterCompany();
    await page.goto("/branches");
    await page.getByRole("button", { name: "Actions for Box" }).click();
    await page.getByRole("menuitem", { name: "Enrol again" }).click();
    await page.getByRole("button", { name: "Make a code" }).click();
    const code = await readText('[data-code="enrolment"]');
    expect(await box.pull()).not.toBeNull();
    const enrolled = await enrolByCode(site.origin, code);
    await page.getByText("The box is enrolled").waitFor();
    expect(enrolled.boxId).toBe(box.boxId);
    await expect(box.pull()).rejects.toThrow("401");
    expect(await speakAsBox(site.origin, enrolled).pull()).not.toBeNull();
  });

  test("with the live stream cut off the figures still follow, and the page says so", async () => {
    const { box } = await enterCompany();
    await page.route("**/api/v1/live", (route) => route.abort());
    await page.goto("/");
    await page.getByText("Catching up").waitFor();
    const guest = box.signIn({ phone: "+84987654321", name: "Trần Minh Đức" });
    const visit = box.visit({ ...guest, startedAt: new Date(), endedAt: null });
    await box.push([...guest.events, ...visit.events]);
    await page.getByRole("link", { name: /^Here now 1/ }).waitFor();
    // What the browser says of the stream we cut.
    expect(visitor.complaints.splice(0).every((line) => line.includes("ERR_FAILED"))).toBe(true);
  });

  test("a guest is disconnected after a confirmation that names them, and the box is told", async () => {
    const { box } = await enterCompany();
    const guest = box.signIn({ phone: "+84912000111", name: "Phạm Thu Hà" });
    const visit = box.visit({ ...guest, startedAt: new Date(), endedAt: null });
    await box.push([...guest.events, ...visit.events]);
    await page.goto("/visits");
    await page.getByRole("button", { name: "Disconnect Phạm Thu Hà" }).click();
    const dialog = page.getByRole("dialog", { name: "Disconnect Phạm Thu Hà" });
    await dialog.getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("disconnecting…").waitFor();
    const pulled = await box.pull({ boxCommands: 0 });
    expect(JSON.stringify(pulled)).toContain(guest.deviceId);
  });

  test("a wrong password is refused in words, and the page asked for is shown after the right one", async () => {
    const { owner } = await enterCompany();
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.locator("input[name=email]").waitFor();
    await page.goto("/customers?search=lan");
    await signIn({ ...owner, password: "not the password" });
    await page.getByRole("alert").getByText("do not belong together").waitFor();
    await signIn(owner);
    await expect.poll(() => new URL(page.url()).search, PATIENTLY).toBe("?search=lan");
    await page.getByRole("searchbox").waitFor();
  });

  test("the language of the person is theirs in every browser, and can be switched", async () => {
    const { owner } = await enterCompany();
    await page.goto("/account");
    await page.getByText("Tiếng Việt").click();
    await page.getByRole("heading", { name: "Tài khoản của bạn" }).waitFor();
    await page.getByRole("link", { name: "Chi nhánh" }).click();
    await page.getByText("Đang chờ").waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("vi");
    expect(visitor.complaints).toEqual([]);
    await visitor.close();

    await enter({ locale: "en-GB" });
    await page.goto("/");
    await signIn(owner);
    await page.getByRole("heading", { name: "Tổng quan" }).waitFor();
  });

  test("a person of two companies sees one at a time, and never what was fetched for the other", async () => {
    const { box } = await enterCompany();
    const { events } = box.signIn({ phone: "+84912777888", name: "Khách của Sen" });
    await box.push(events);
    await page.goto("/customers");
    await page.getByText("Khách của Sen").waitFor();
    const made = await page.evaluate(
      `fetch("/api/v1/tenants", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "Mây Hotel" }) }).then((answer) => answer.status)`,
    );
    expect(made).toBe(200);
    const company = page.getByRole("button", { name: "Switch company" });
    const switchTo = async (name: string) => {
      await company.click();
      await page.getByRole("menuitem", { name }).click();
      // It leads to the overview: a link that was clicked before would be left again.
      await company.getByText(name).waitFor();
      await page.getByRole("heading", { name: "Overview" }).waitFor();
    };
    await page.goto("/customers");
    await page.getByText("No customers yet").waitFor();
    await switchTo("Sen Spa");
    await page.getByRole("link", { name: "Customers", exact: true }).click();
    await page.getByText("Khách của Sen").waitFor();
    await switchTo("Mây Hotel");
    await page.getByRole("link", { name: "Customers", exact: true }).click();
    await page.getByText("No customers yet").waitFor();
  });

  test("an invited viewer joins by a one-time link, is offered no changes, and is out once removed", async () => {
    const { owner } = await enterCompany();
    await page.getByRole("link", { name: "Staff" }).click();
    await page.getByRole("button", { name: "Invite someone" }).click();
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await readText("[role=dialog] pre");
    await page.getByRole("button", { name: "Done" }).click();
    const ownersBrowser = visitor;

    await enter();
    await page.goto(link);
    await page.getByRole("heading", { name: "Join Sen Spa" }).waitFor();
    const email = "viewer@example.test";
    await createAccount(page, { name: "Thu", email, password: PASSWORD });
    await page.getByRole("link", { name: "Branches" }).click();
    await page.getByRole("heading", { name: "Hồ Gươm" }).waitFor();
    expect(await page.getByRole("button", { name: /Add|Change/ }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Staff" }).count()).toBe(0);
    await page.goto("/staff");
    await page.getByText("Your role").waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining("403")]);

    const { staff } = (await owner.get("/api/v1/staff")) as StaffReply;
    expect(staff.map((each) => each.email).sort()).toEqual([owner.email, email].sort());
    await ownersBrowser.page.goto("/staff");
    await ownersBrowser.page.getByRole("button", { name: "Remove Thu" }).click();
    const dialog = ownersBrowser.page.getByRole("dialog", { name: "Remove Thu" });
    await dialog.getByRole("button", { name: "Remove Thu" }).click();
    await expect.poll(() => ownersBrowser.page.getByText("Thu").count(), PATIENTLY).toBe(0);
    await ownersBrowser.close();
    expect(ownersBrowser.complaints).toEqual([]);
    await page.goto("/");
    await page.getByRole("heading", { name: "You belong to no company" }).waitFor();
  });

  test("an access controller added in the browser reaches the box as it was typed, and a faulty one is refused with its reason", async () => {
    const { box } = await enterCompany();
    await page.goto("/branches");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings of Hồ Gươm" }).waitFor();
    await page.getByRole("button", { name: "Access controllers" }).click();
    await page.getByText("No access controller yet").waitFor();
    await page.getByRole("button", { name: "Add an access controller" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Gateway");
    await dialog.getByLabel("Source").fill("the router");
    await dialog.getByLabel("Login origins").fill("http://10.1.0.1:3990/");
    await dialog.getByLabel("UAM server").fill("http://10.1.0.2:8080/");
    await dialog.getByLabel("NAS identifier").fill("lobby");
    const made = await dialog.getByLabel("RADIUS secret").inputValue();
    expect(made.length).toBeGreaterThanOrEqual(24);
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await dialog.getByRole("alert").getByText("The box would refuse this: Source").waitFor();
    expect(await dialog.locator("[aria-invalid=true]").inputValue()).toBe("the router");
    await dialog.getByLabel("Source").fill("10.1.0.1");
    await dialog.getByLabel("RADIUS secret").fill("short");
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await dialog.getByRole("alert").getByText("The box would refuse this: RADIUS secret").waitFor();
    await dialog.getByLabel("RADIUS secret").fill(made);
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await page.getByRole("cell", { name: "10.1.0.1", exact: true }).waitFor();

    const pulled = await box.pull();
    expect(pulled?.settings?.nas).toMatchObject([
      {
        kind: "coova",
        name: "Gateway",
        source: "10.1.0.1",
        radiusSecret: made,
        uamServer: "http://10.1.0.2:8080/",
        loginOrigins: ["http://10.1.0.1:3990"],
        disconnectPort: 3799,
      },
    ]);
    // The browser itself reports the refusal.
    const refusal = expect.stringContaining("400");
    expect(visitor.complaints.splice(0)).toEqual([refusal, refusal]);
  });

  test("access points that only ask RADIUS are added with their maker, and need no login origin", async () => {
    const { box } = await enterCompany();
    await page.goto("/branches");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Access controllers" }).click();
    await page.getByRole("button", { name: "Add an access controller" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "RADIUS only" }).click();
    expect(await dialog.getByLabel("Login origins").count()).toBe(0);
    await dialog.getByLabel("Name", { exact: true }).fill("Upstairs");
    await dialog.getByLabel("Source").fill("203.0.113.0/24");
    await dialog.getByRole("combobox", { name: "Maker" }).click();
    await page.getByRole("option", { name: "MikroTik" }).click();
    await dialog.getByRole("combobox", { name: "Ending a session" }).click();
    await page.getByRole("option", { name: "At another port" }).click();
    await dialog.getByLabel("Disconnect port").fill("1700");
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await page.getByRole("cell", { name: "RADIUS · MikroTik" }).waitFor();
    const pulled = await box.pull();
    expect(pulled?.settings?.nas).toMatchObject([
      { kind: "radius", vendor: "mikrotik", source: "203.0.113.0/24", disconnectPort: 1700 },
    ]);

    await page.getByRole("button", { name: "Add an access controller" }).click();
    await dialog.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "RADIUS only" }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("Garden");
    await dialog.getByLabel("Source").fill("203.0.113.9/24");
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await dialog.getByRole("alert").getByText("would refuse this: NAS identifier").waitFor();
    await dialog.getByLabel("NAS identifier").fill("garden");
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await page.getByRole("cell", { name: /^Garden/ }).waitFor();
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining("400")]);
  });

  test("access points with a log-in of their own are added by maker, with the fields of that maker alone", async () => {
    const { box } = await enterCompany();
    await page.goto("/branches");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Access controllers" }).click();
    await page.getByRole("button", { name: "Add an access controller" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "Access points by maker (web log-in)" }).click();
    await dialog.getByRole("combobox", { name: "Log in by" }).click();
    await page.getByRole("option", { name: "http-chap" }).click();
    expect(await dialog.getByLabel("Field of the name").count()).toBe(0);
    await dialog.getByRole("combobox", { name: "Maker" }).click();
    await page.getByRole("option", { name: "Zyxel Nebula" }).click();
    expect(await dialog.getByRole("combobox", { name: "Log in by" }).count()).toBe(0);
    await dialog.getByLabel("Name", { exact: true }).fill("Hall");
    await dialog.getByLabel("Source").fill("10.3.0.0/24");
    await dialog.getByLabel("Login origins").fill("http://nap-slogin.nebula.zyxel.com/cgi-bin/");
    await dialog.getByLabel("Field of the name").fill("user id");
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await dialog.getByRole("alert").getByText("would refuse this: Field of the name").waitFor();
    await dialog.getByLabel("Field of the name").fill("userid");
    await dialog.getByRole("button", { name: "Add an access controller" }).click();
    await page.getByRole("cell", { name: "Zyxel Nebula" }).waitFor();
    const pulled = await box.pull();
    const own = { kind: "web-login", vendor: "zyxel", usernameField: "userid" };
    const loginOrigins = ["http://nap-slogin.nebula.zyxel.com"];
    expect(pulled?.settings?.nas).toMatchObject([{ ...own, loginOrigins }]);
    expect(JSON.stringify(pulled?.settings)).not.toContain("mikrotikLogin");
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining("400")]);
  });
});
