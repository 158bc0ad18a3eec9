import { applyKnownGuests, closeDueVisits, endSession, startSession } from "@foyer/branch-store";
import type { BranchSettings, DetailsSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MAC, openTestPortal, readCode, signedNas, type TestPortal } from "./open-portal.ts";

const DAY = 24 * 60 * 60;
const usual: DetailsSettings = {
  newcomers: "all",
  returning: "one",
  fields: [
    { key: "name" },
    { key: "birthday", why: { en: "For a cake on the house.", vi: "Để tặng bạn một chiếc bánh." } },
  ],
};
const asking =
  (details: Partial<DetailsSettings> = {}) =>
  (settings: BranchSettings) => {
    settings.signIn.details = { ...usual, ...details };
  };

async function signIn(portal: TestPortal, options: { mac?: string } = {}) {
  const browser = portal.browser(options);
  await browser.arrive();
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  return browser;
}

/** The guest stays a while and goes; the next arrival is another visit. */
function passVisit(portal: TestPortal): void {
  portal.store.transaction((tx) => {
    const session = { nasId: signedNas.id, acctSessionId: String(tx.now), mac: MAC, at: tx.now };
    startSession(tx, session);
    endSession(tx, { ...session, cause: "User-Request" });
  });
  portal.pass(DAY);
  portal.store.transaction((tx) => closeDueVisits(tx));
}

async function comeBack(portal: TestPortal) {
  const browser = portal.browser();
  await browser.arrive();
  await browser.submit("/returning");
  return browser;
}

const inputsOf = (html: string) =>
  [...html.matchAll(/<(?:input|select) id="([^"]+)"/g)].map(([, id]) => id);

describe("a guest who comes back", () => {
  test("MC-1.3 without a birthday is shown a form with only the birthday, and never once it is given", async () => {
    const portal = await openTestPortal({ settings: asking() });
    const first = await signIn(portal);
    expect(inputsOf(first.page.html)).toEqual(["name", "day", "month", "year"]);
    await first.submit("/details", { name: "Lan" });
    passVisit(portal);

    const second = await comeBack(portal);
    expect(inputsOf(second.page.html)).toEqual(["day", "month", "year"]);
    expect(second.page.html).not.toContain('type="checkbox"');
    expect(second.page.words).toContain("For a cake on the house.");
    await second.submit("/details", { day: "29", month: "2", year: "" });
    expect(second.page.location).toContain("/logon?");
    expect(portal.events("guest.registered").at(-1)?.payload.details).toEqual({
      birthday: "--02-29",
    });
    for (const _ of [3, 4]) {
      passVisit(portal);
      expect((await comeBack(portal)).page.location).toContain("/logon?");
    }
  });

  test("is asked once a visit: another arrival of the same one goes straight on", async () => {
    const portal = await openTestPortal({ settings: asking() });
    await (await signIn(portal)).submit("/details", { name: "Lan" });
    passVisit(portal);
    await (await comeBack(portal)).submit("/details");
    portal.pass(60);
    expect((await comeBack(portal)).page.location).toContain("/logon?");
  });

  test("whose sheet closed at the question is asked it again, and not let in unasked by that", async () => {
    const portal = await openTestPortal({ settings: asking() });
    await (await signIn(portal)).submit("/details", { name: "Lan" });
    passVisit(portal);
    await comeBack(portal);
    portal.pass(60);
    expect(inputsOf((await comeBack(portal)).page.html)).toEqual(["day", "month", "year"]);
  });

  test("is asked for nothing where the branch does not want it", async () => {
    const portal = await openTestPortal({ settings: asking({ returning: "none" }) });
    await (await signIn(portal)).submit("/details", { name: "Lan" });
    passVisit(portal);
    expect((await comeBack(portal)).page.location).toContain("/logon?");
  });

  test("is not asked for what the cloud has already, told at another branch", async () => {
    const portal = await openTestPortal({ settings: asking() });
    const first = await signIn(portal);
    await first.submit("/details", { name: "Lan" });
    const guestId = portal.events("guest.registered")[0]?.payload.guestId ?? "";
    portal.store.transaction((tx) =>
      applyKnownGuests(tx, {
        position: 9,
        complete: true,
        key: Buffer.alloc(32).toString("base64"),
        removed: [],
        countedThrough: null,
        guests: [
          {
            customerId: "01990000-0000-7000-8000-0000000000c1",
            phoneHash: "a".repeat(64),
            guestIds: [guestId],
            name: "Lan",
            language: null,
            visits: 1,
            filledFields: ["name", "birthday"],
          },
        ],
      }),
    );
    passVisit(portal);
    expect((await comeBack(portal)).page.location).toContain("/logon?");
  });

  test("who taps twice on the answer gets one ticket and is told of once", async () => {
    const portal = await openTestPortal({ settings: asking() });
    await (await signIn(portal)).submit("/details", { name: "Lan" });
    passVisit(portal);
    const browser = await comeBack(portal);
    const before = portal.events("guest.registered").length;
    const posts = await Promise.all(
      [1, 2, 3].map(() => browser.post("/details", { day: "1", month: "5", year: "" })),
    );
    expect(new Set(posts.map(({ location }) => location)).size).toBe(1);
    expect(portal.events("guest.registered")).toHaveLength(before + 1);
  });
});

describe("fields of the tenant's own", () => {
  const label = { en: "Shoe size", vi: "Cỡ giày" };
  const fields: DetailsSettings["fields"] = [
    {
      key: "own.shoe",
      kind: "number",
      label,
      min: 20,
      max: 50,
      why: { en: "To greet your feet." },
    },
    {
      ...{ key: "own.colour", kind: "choice", label: { en: "Colour <b>" } },
      choices: [
        { value: "red", label: { en: "Red & bright" } },
        { value: "blue", label: { en: "Blue" } },
      ],
    },
  ];

  test("are asked with the reason, refused with the reason, kept and told", async () => {
    const portal = await openTestPortal({ settings: asking({ fields }) });
    const browser = await signIn(portal);
    expect(browser.page.words).toContain("To greet your feet.");
    expect(browser.page.html).toContain("Colour &lt;b&gt;");
    await browser.submit("/details", { "own.shoe": "99", "own.colour": "red" });
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain("Please give a number from 20 to 50");
    expect(browser.page.html).toMatch(/<option value="red" selected>/);
    await browser.submit("/details", { "own.shoe": "38,5", "own.colour": "red" });
    expect(browser.page.location).toContain("/logon?");
    expect(portal.events("guest.registered").at(-1)?.payload.details).toEqual({
      own: { "own.shoe": "38.5", "own.colour": "red" },
    });
    expect(portal.logLines.join()).not.toContain("38.5");
  });

  test("are asked one at a time of who comes back, and not again once given", async () => {
    const portal = await openTestPortal({ settings: asking({ fields }) });
    await (await signIn(portal)).submit("/details", { "own.shoe": "38" });
    passVisit(portal);
    const second = await comeBack(portal);
    expect(inputsOf(second.page.html)).toEqual(["own-colour"]);
    await second.submit("/details", { "own.colour": "blue" });
    passVisit(portal);
    expect((await comeBack(portal)).page.location).toContain("/logon?");
  });

  test("a form that names fields the branch does not ask for keeps nothing of them", async () => {
    const portal = await openTestPortal({ settings: asking({ fields }) });
    const browser = await signIn(portal);
    await browser.submit("/details", { asked: "own.other own.shoe", "own.other": "x" });
    expect(browser.page.location).toContain("/logon?");
    expect(portal.events("guest.registered")).toHaveLength(1);
  });
});
