import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, findTicket, openBranchStore } from "@foyer/branch-store";
import type { BranchSettings, WebLoginNas } from "@foyer/contract";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { vectors } from "../src/nas/fixtures/examples.ts";
import { startPortal } from "../src/start.ts";
import { fillIn } from "./routeros.ts";

const require = createRequire(import.meta.url);
const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const MAC = "02-AA-BB-CC-00-01";

type Visit = { url: URL; body: URLSearchParams };
type Answer = { status?: number; html?: string; location?: string };

/** An access controller as the browser meets it. */
async function openNas(answer: (visit: Visit, origin: string) => Answer) {
  const visits: Visit[] = [];
  const readBody = async (request: IncomingMessage) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    return new URLSearchParams(text);
  };
  const server = createServer(async (request, response) => {
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const visit = { url: new URL(request.url ?? "/", origin), body: await readBody(request) };
    if (visit.url.pathname !== "/favicon.ico") visits.push(visit);
    const { status = 200, html = "", location } = answer(visit, origin);
    const headers = { "content-type": "text/html; charset=utf-8" };
    response.writeHead(location ? 302 : status, { ...headers, ...(location && { location }) });
    response.end(html);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { visits, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function openBranch(origin: string, own: Partial<WebLoginNas>) {
  const folder = mkdtempSync(join(tmpdir(), "foyer-web-login-"));
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const boxId = "01990000-0000-7000-8000-000000000003";
  const identity = { tenantId: settings.tenantId, branchId: settings.branch.id, boxId };
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const place = { stateFolder: folder, store, host: "127.0.0.1", port: 0 };
  const portal = await startPortal({ ...place, logLevel: "silent" });
  const nas: WebLoginNas = {
    kind: "web-login",
    id: "0199f000-0000-7000-8000-000000000101",
    name: "Hall",
    source: "10.99.1.1",
    radiusSecret: "radius-secret-of-the-hall",
    nasIdentifier: "hall",
    vendor: "mikrotik",
    loginOrigins: [origin],
    ...own,
  };
  store.transaction((tx) => applySettings(tx, { ...settings, nas: [nas] }));
  onTestFinished(async () => {
    await portal.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  return { portal, store };
}

async function openChromium(width: number, javaScriptEnabled: boolean) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  onTestFinished(() => browser.close());
  const viewport = { width, height: 844 };
  const context = await browser.newContext({
    ...{ viewport, javaScriptEnabled, locale: "en-GB", reducedMotion: "reduce" },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  return { page, complaints };
}

/** From the first page to the last tap before the NAS. */
async function signIn(page: Page, portalOrigin: string) {
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await page.getByLabel("Mobile number").fill("0912 345 678");
  await page.getByLabel("I agree to the Wi-Fi terms of use").check();
  await press("Send me a code");
  const outbox = await fetch(`${portalOrigin}/outbox`, { headers: { accept: "application/json" } });
  const { messages } = (await outbox.json()) as { messages: { code: string }[] };
  await page.getByLabel("Six-digit code").fill(messages[0]?.code ?? "");
  await press("Go online");
  await page.getByLabel("What should we call you?").fill("Lan");
  await press("Go online");
}

const chromiumTest = test.skipIf(!existsSync(CHROMIUM));

chromiumTest.each([390, 1280])(
  "behind a MikroTik HotSpot by http-chap a guest %i px wide gets online by the pages it is given",
  async (width) => {
    const { chapId, chapChallenge } = vectors.mikrotik;
    const portalAt = { origin: "" };
    const { visits, origin } = await openNas(({ url }, own) => {
      const variables = {
        ...{ mac: MAC, ip: "127.0.0.1", identity: "hall", error: "" },
        ...{ "link-login-only": `${own}/login`, "link-logout": `${own}/logout` },
        ...{ "chap-id": chapId, "chap-challenge": chapChallenge },
        "link-orig-esc": encodeURIComponent("http://captive.apple.com/"),
        "link-redirect": url.searchParams.get("dst") ?? "",
      };
      if (url.pathname === "/logout") return { html: "signed out" };
      const isLogIn = url.searchParams.has("username");
      const html = fillIn(isLogIn ? "alogin.html" : "login.html", variables);
      return { html: html.replace("http://10.1.0.2/", `${portalAt.origin}/`) };
    });
    const { portal, store } = await openBranch(origin, { mikrotikLogin: "http-chap" });
    portalAt.origin = portal.origin;
    const { page, complaints } = await openChromium(width, true);
    await page.goto(`${origin}/login`);
    await page.getByLabel("Mobile number").waitFor();
    await signIn(page, portal.origin);
    await page.getByRole("heading", { name: "You're online, Lan" }).waitFor();
    const logIn = visits.find(({ url }) => url.searchParams.has("username"))?.url.searchParams;
    const ticket = store.read((tx) => findTicket(tx, logIn?.get("username") ?? ""));
    const octets = Buffer.from("fb2cf4029bb6b3b8fb7bd39ccbf5dfee", "hex");
    const hash = createHash("md5")
      .update(Buffer.of(9))
      .update(ticket?.password ?? "");
    expect(logIn?.get("password")).toBe(hash.update(octets).digest("hex"));
    expect(ticket).toMatchObject({ mac: MAC });
    expect(complaints).toEqual([]);
    await page.getByRole("button", { name: "Sign out of the Wi-Fi" }).click();
    await page.getByText("signed out").waitFor();
  },
);

chromiumTest.each([
  { width: 390, scripts: false },
  { width: 1280, scripts: false },
  { width: 390, scripts: true },
])(
  "behind a FortiGate a guest $width px wide gets online by a form, scripts on: $scripts",
  async ({ width, scripts }) => {
    const { visits, origin } = await openNas(({ body }) => {
      const location = body.get("4Tredir");
      return location ? { location } : { html: "no log-in" };
    });
    const { portal, store } = await openBranch(origin, { vendor: "fortinet" });
    const { page, complaints } = await openChromium(width, scripts);
    const query = new URLSearchParams({
      ...{ post: `${origin}/fgtauth`, magic: "0a1b2c3d4e5f6071", usermac: MAC },
      ...{ userip: "127.0.0.1", ssid: "Guest", apname: "hall" },
    });
    await page.goto(`${portal.origin}/?login&${query}`);
    await signIn(page, portal.origin);
    if (!scripts) {
      await page.getByRole("heading", { name: "Almost there" }).waitFor();
      const body = await page.locator("body").boundingBox();
      expect(body?.width).toBeLessThanOrEqual(width);
      await page.getByRole("button", { name: "Go online" }).click();
    }
    await page.getByRole("heading", { name: "You're online, Lan" }).waitFor();
    expect(visits).toHaveLength(1);
    const posted = visits[0]?.body;
    expect([...(posted?.keys() ?? [])].sort()).toEqual([
      "4Tredir",
      "magic",
      "password",
      "username",
    ]);
    const ticket = store.read((tx) => findTicket(tx, posted?.get("username") ?? ""));
    expect(ticket).toMatchObject({ mac: MAC, password: posted?.get("password") });
    expect(visits[0]?.url.search).toBe("");
    expect(complaints).toEqual([]);
  },
);

chromiumTest(
  "a value that a guest has made up stays a value in the form, and adds no field to it",
  async () => {
    const { visits, origin } = await openNas(({ body }) => {
      const location = body.get("4Tredir");
      return location ? { location } : { html: "no log-in" };
    });
    const { portal } = await openBranch(origin, { vendor: "fortinet" });
    const { page, complaints } = await openChromium(390, true);
    const magic = `"><input name="username" value="evil"></form><form action="http://203.0.113.9/"><script>document.title="x"</script>\r\nx='&quot;<%= 1 %>`;
    const query = new URLSearchParams({ post: `${origin}/fgtauth?a="><b`, magic, usermac: MAC });
    await page.goto(`${portal.origin}/?login&${query}`);
    await signIn(page, portal.origin);
    await page.getByRole("heading", { name: "You're online, Lan" }).waitFor();
    const { body, url } = visits[0] as Visit;
    expect([...body.keys()].sort()).toEqual(["4Tredir", "magic", "password", "username"]);
    expect(body.get("magic")).toBe(magic);
    expect(body.get("username")).not.toBe("evil");
    expect(url.searchParams.get("a")).toBe('"><b');
    expect(complaints).toEqual([]);
  },
);

chromiumTest(
  "a form sends itself, though the access point calls a field of it submit",
  async () => {
    const at = { landing: "" };
    const { visits, origin } = await openNas(() => ({ location: at.landing }));
    const { portal } = await openBranch(origin, { vendor: "zyxel", usernameField: "submit" });
    at.landing = `${portal.origin}/terms`;
    const { page } = await openChromium(390, true);
    const query = new URLSearchParams({ apurl: `${origin}/cgi-bin/login.cgi`, usermac: MAC });
    await page.goto(`${portal.origin}/?${query}`);
    await signIn(page, portal.origin);
    await page.waitForURL("**/terms", { timeout: 30_000 });
    expect([...(visits[0]?.body.keys() ?? [])].sort()).toEqual(["password", "submit"]);
  },
);
