import { describe, expect, test } from "vitest";
import {
  countTickets,
  openTestPortal,
  readCode,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

/** The portal's clock stands at a Sunday morning. */
const closedNow = [{ days: [1], from: "03:00", to: "03:01" }];

const close = (portal: TestPortal) =>
  portal.change(({ policies }) => {
    for (const policy of policies) policy.allowedHours = closedNow;
  });

async function letLanIn(portal: TestPortal) {
  const browser = portal.browser({ nas: unsignedNas });
  await browser.arrive();
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  return { browser, handedBack: await browser.post("/details", { name: "Lan" }) };
}

describe("a guest who is refused and taps again", () => {
  test("hears the same refusal, not that the code is over", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    close(portal);
    portal.pass(3600);
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    await browser.askForCode("0912345678");
    const code = await readCode(portal);
    const posts = await Promise.all([1, 2].map(() => browser.post("/code", { code })));
    for (const post of posts) expect(post.words).toContain("It opens again");
    expect(portal.events("guest.verified")).toHaveLength(2);
    portal.pass(31);
    expect((await browser.post("/code", { code })).words).toContain("It opens again");
    portal.pass(300);
    expect((await browser.post("/code", { code })).words).toContain("That code is over");
  });

  test("without a code stays one guest with one consent", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.clickThrough = "always";
      },
    });
    close(portal);
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    const terms = browser.tick("terms");
    for (let tap = 0; tap < 5; tap += 1) {
      expect((await browser.post("/click-through", { terms })).words).toContain("It opens again");
      portal.pass(60);
    }
    expect(portal.events("guest.registered")).toHaveLength(1);
    expect(portal.events("consent.given")).toHaveLength(1);
  });
});

describe("one arrival", () => {
  test("is a right to one ticket, and to one more for a guest who was not let in with it", async () => {
    const portal = await openTestPortal();
    const { browser } = await letLanIn(portal);
    portal.pass(31);
    expect((await browser.post("/details")).location).toContain("/logon?");
    for (let tap = 0; tap < 5; tap += 1) {
      portal.pass(31);
      const again = await browser.post("/details");
      expect(again.status).toBe(403);
      expect(again.words).toContain("Start again");
    }
    expect(countTickets(portal)).toBe(2);
  });

  test("ends with the page after access: its link opens no form and gives no ticket", async () => {
    const portal = await openTestPortal();
    const { handedBack } = await letLanIn(portal);
    const landing = new URL(new URL(handedBack.location ?? "").searchParams.get("userurl") ?? "");
    const sealed = landing.searchParams.get("c") ?? "";
    portal.pass(60);
    const browser = portal.browser({ nas: unsignedNas });
    await browser.open(`/online?c=${sealed}`);
    expect(browser.page.words).toContain("You're online");
    await browser.open(`/details?c=${sealed}`);
    expect(browser.page.status).toBe(403);
    for (const action of ["/details", "/click-through", "/returning"])
      expect((await browser.post(action, { c: sealed, name: "Mallory" })).location).toBeNull();
    expect(countTickets(portal)).toBe(1);
    expect(
      portal.events("guest.registered").map((each) => each.payload.details.name),
    ).not.toContain("Mallory");
  });
});
