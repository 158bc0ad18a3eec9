import { findTicket, listOpenSessions } from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { examples, merakiClickThroughNas } from "../src/nas/fixtures/examples.ts";
import { type WebLoginExample, webLoginExamples } from "../src/nas/fixtures/web-login.ts";
import type { HandBack } from "../src/nas/index.ts";
import { countTickets, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";

const GUEST = "10.10.0.2";
const PHONE = "0912345678";

const open = (nas: Nas) =>
  openTestPortal({
    settings: (settings) => {
      settings.nas = [nas];
    },
  });

/** What the page or the redirect brings to the NAS. */
function handBackOf({ location, html }: { location: string | null; html: string }): HandBack {
  if (location !== null) return { kind: "redirect", url: location };
  const form = /<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/.exec(html);
  const inputs = (form?.[2] ?? "").matchAll(/name="([^"]+)" value="([^"]*)"/g);
  const fields = Object.fromEntries([...inputs].map((each) => [each[1], unescaped(each[2] ?? "")]));
  return { kind: "form", action: unescaped(form?.[1] ?? ""), fields };
}

const unescaped = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");

async function signIn(portal: TestPortal, rawUrl: string) {
  const browser = portal.browser({ ip: GUEST });
  await browser.open(rawUrl);
  await browser.askForCode(PHONE);
  const code = await readCode(portal);
  await browser.submit("/code", { code });
  return { code, shown: await browser.submit("/details", { name: "Lan" }), browser };
}

/** The ticket that was given last, as radius finds it. */
function lastTicket(portal: TestPortal) {
  const row = portal.store.read((tx) =>
    tx.sql("select username from tickets order by rowid desc limit 1").get(),
  ) as { username: string };
  const ticket = portal.store.read((tx) => findTicket(tx, row.username));
  if (!ticket) throw new Error("no ticket was given");
  return ticket;
}

const landingIn = (way: HandBack) => {
  const text = decodeURIComponent(
    way.kind === "form" ? JSON.stringify(way.fields) : JSON.stringify(way),
  );
  return /http:\/\/10\.1\.0\.2:8080\/online\?c=[\w-]+/.exec(text)?.[0] ?? "";
};

describe.each(webLoginExamples)("behind a $name", (example: WebLoginExample) => {
  test("a guest signs in, and the NAS gets the ticket and nothing else of theirs", async () => {
    const portal = await open(example.nas);
    const { code, shown } = await signIn(portal, example.rawUrl);
    const way = handBackOf(shown);
    const { username, password } = lastTicket(portal);
    expect(way).toEqual(example.way({ username, password, landingUrl: landingIn(way) }));
    const told = JSON.stringify(way);
    for (const personal of [PHONE, "912345678", 'Lan"', code]) expect(told).not.toContain(personal);
    for (const line of [...portal.logLines, ...portal.urls.filter((url) => url.startsWith("/"))])
      expect(line).not.toContain(password);
    expect(portal.logLines.join()).not.toContain(username);
  });

  test("a guest whose log-in it refuses reads so in words, and one tap asks again", async () => {
    if (example.failed === null) return;
    const portal = await open(example.nas);
    await signIn(portal, example.rawUrl);
    const browser = portal.browser({ ip: GUEST });
    const rawUrl = `${example.rawUrl.replace(/&error(?=&)/, "")}&${example.failed}`;
    expect((await browser.open(rawUrl)).words).toContain("That didn't work");
    await browser.click("Try again");
    // The code that was right is still good where nobody vouches for the device.
    expect(browser.page.html).toMatch(/name="code"|action="\/returning"/);
    expect(portal.logLines.join()).toContain("NAS refused");
  });

  test("a guest who opens a link to somebody else's log-in is refused in words", async () => {
    const portal = await open(example.nas);
    const browser = portal.browser({ ip: GUEST });
    const { elsewhere } = example;
    if (elsewhere === null) return;
    const page = await browser.open(elsewhere);
    expect(page.status).toBe(403);
    expect(page.words).toContain("We can't let you in from here");
    expect(page.html).not.toContain("203.0.113.9");
    expect(countTickets(portal)).toBe(0);
  });
});

test("a guest of a Meraki with click-through is let in by its own link, for the policy's time", async () => {
  const portal = await open(merakiClickThroughNas);
  const rawUrl = examples.find((each) => each.nas === merakiClickThroughNas)?.rawUrl ?? "";
  const { shown } = await signIn(portal, rawUrl);
  const url = new URL(shown.location ?? "");
  expect(url.origin + url.pathname).toBe("https://n143.network-auth.com/splash/grant");
  expect([...url.searchParams.keys()]).toEqual(["continue_url", "duration"]);
  expect(Number(url.searchParams.get("duration"))).toBeGreaterThan(0);
  // Nobody else tells of the session.
  expect(portal.store.read(listOpenSessions)).toHaveLength(1);
  const silent = await open({ ...merakiClickThroughNas, tellsDuration: false });
  const { location } = (await signIn(silent, rawUrl)).shown;
  expect(new URL(location ?? "").searchParams.has("duration")).toBe(false);
});

test("a guest behind a Meraki signs out where it said when it led them on, and nowhere else", async () => {
  const example = webLoginExamples.find((each) => each.nas.vendor === "meraki");
  if (!example) throw new Error("there is no example of Meraki");
  const portal = await open(example.nas);
  const { shown, browser } = await signIn(portal, example.rawUrl);
  const landing = landingIn(handBackOf(shown)).replace("http://10.1.0.2:8080", "");
  const own =
    "https://n143.network-auth.com/splash/logout?key=MM7n9oxmBMVzgXgqkvAbLsLTh2cP7lcZdnhrqPRdHlIqzFHCNSRkxoiKzMGmTDQw";
  await browser.open(landing);
  expect(browser.page.html).not.toContain('action="/logout"');
  await browser.open(`${landing}&logout_url=${encodeURIComponent("https://203.0.113.9/logout")}`);
  expect(browser.page.html).not.toContain('action="/logout"');
  await browser.open(`${landing}&logout_url=${encodeURIComponent(own)}`);
  expect(browser.page.words).toContain("You're online");
  await browser.submit("/logout");
  expect(browser.page.location).toBe(own);
});
