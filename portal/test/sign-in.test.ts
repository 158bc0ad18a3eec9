import { describe, expect, test } from "vitest";
import { countTickets, openTestPortal, readCode, ticketOf } from "./open-portal.ts";

describe("MC-1.4 log in with a one-time password", () => {
  test("MC-1.4 a right code within its life opens the session", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912 345 678");
    expect(browser.page.words).toContain("Enter your code");
    await browser.submit("/code", { code: await readCode(portal, "+84912345678") });
    expect(browser.page.words).toContain("Nice to meet you");
    const handedBack = await browser.post("/details");
    expect(handedBack.status).toBe(303);
    expect(handedBack.location).toMatch(/^http:\/\/10\.10\.0\.1:3990\/logon\?/);
    expect(ticketOf(portal, handedBack.location)).toMatchObject({ method: "phone-code" });
    expect(portal.events("guest.verified")).toHaveLength(1);
    expect(portal.events("guest.connected")).toHaveLength(1);
    expect(countTickets(portal)).toBe(1);
  });
});
