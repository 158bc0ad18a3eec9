import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findPendingCodeByContact } from "@foyer/branch-store";
import type { HttpGateway } from "@foyer/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { codeOf } from "../src/sign-in/phone/code.ts";
import {
  type Browser,
  countTickets,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  ticketOf,
} from "./open-portal.ts";

const PHONE = "0912345678";

/** A gateway that fails as told; it counts how often it was called. */
async function openGateway(answer: "status 500" | "reset" | "half an answer") {
  const calls = { count: 0 };
  const server = createServer((request, response) => {
    calls.count += 1;
    request.resume().on("end", () => {
      if (answer === "reset") return request.socket.destroy();
      if (answer === "status 500") return response.writeHead(500).end("sent, but …");
      response.writeHead(200, { "content-length": 100 }).write("half");
      return setTimeout(() => request.socket.destroy(), 20);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const gateway: HttpGateway = {
    kind: "http-gateway",
    method: "POST",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
    bodyTemplate: '{"to":"{{phone}}"}',
    success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
    timeoutSeconds: 2,
  };
  return { calls, gateway };
}

async function openBehind(answer: Parameters<typeof openGateway>[0]) {
  const { calls, gateway } = await openGateway(answer);
  const portal = await openTestPortal({
    settings: ({ signIn }) => {
      signIn.phone.channels = [gateway];
      signIn.clickThrough = "off";
    },
  });
  return { portal, calls };
}

const secretCodeOf = (portal: TestPortal, mac = MAC) =>
  portal.store.read((tx) =>
    findPendingCodeByContact(tx, { contact: { kind: "phone", value: "+84912345678" }, mac }),
  );

async function ask(browser: Browser) {
  await browser.arrive();
  await browser.askForCode(PHONE);
}

describe("a code that no channel took", () => {
  test("opens nothing, be it guessed right: nobody can have been told it", async () => {
    const { portal } = await openBehind("status 500");
    const browser = portal.browser();
    await ask(browser);
    const code = codeOf(secretCodeOf(portal)?.secret ?? "");
    const posted = await browser.post("/code", { code });
    expect(posted.words).toContain("That code is over");
    expect(portal.events("guest.verified")).toEqual([]);
    expect(countTickets(portal)).toBe(0);
  });

  test("has no field, whichever way a browser asks for it", async () => {
    const { portal } = await openBehind("status 500");
    const browser = portal.browser();
    await ask(browser);
    const sealed = /name="c" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? "";
    await browser.open(`/code?c=${sealed}`);
    expect(browser.page.words).toContain("The message won't go out");
    await browser.arrive();
    expect(browser.page.words).not.toContain("Enter your code");
  });

  test("waits for the cool-down before it is tried again, and says how long", async () => {
    const { portal, calls } = await openBehind("status 500");
    const browser = portal.browser();
    await ask(browser);
    for (let tap = 0; tap < 10; tap += 1) await browser.submit("/resend");
    expect(browser.page.words).toContain("try again in 30 seconds");
    await ask(browser);
    expect(browser.page.words).toContain("try again in 30 seconds");
    expect(calls.count).toBe(1);
    portal.pass(30);
    await browser.submit("/resend");
    expect(calls.count).toBe(2);
  });

  test("is tried three times an hour for each message that a number may have, and no oftener", async () => {
    const { portal, calls } = await openBehind("status 500");
    portal.change(({ signIn }) => {
      signIn.phone.messagesPerPhoneHour = 2;
    });
    const browser = portal.browser();
    await ask(browser);
    for (let tap = 0; tap < 6; tap += 1) {
      portal.pass(30);
      await browser.submit("/resend");
    }
    expect(calls.count).toBe(6);
    expect(browser.page.status).toBe(429);
    expect(browser.page.words).toContain("This number has had several codes");
    expect(browser.page.words).not.toContain("newest");
  });

  test("is not tried oftener by a device that names another number each time", async () => {
    const { portal, calls } = await openBehind("status 500");
    portal.change(({ signIn }) => {
      signIn.phone.messagesPerDeviceHour = 2;
    });
    const browser = portal.browser();
    for (let each = 10; each < 30; each += 1) {
      await browser.arrive();
      await browser.askForCode(`09123456${each}`);
    }
    expect(calls.count).toBe(6);
    expect(browser.page.words).toContain("This phone has asked");
  });
});

describe.each(["reset", "half an answer"] as const)("a gateway that ends with %s", (answer) => {
  test("may have sent: the code counts as a message, and may be typed", async () => {
    const { portal } = await openBehind(answer);
    const browser = portal.browser();
    await ask(browser);
    expect(portal.events("code.requested").at(-1)?.payload.channel).toBe("http-gateway");
    const code = secretCodeOf(portal);
    expect(code?.deliveries).toBe(1);
    await browser.arrive();
    await browser.submit("/code", { code: codeOf(code?.secret ?? "") });
    expect(browser.page.words).toContain("Nice to meet you");
  });
});

describe("a number whose messages somebody else has used up", () => {
  const open = (clickThrough: "plan-b" | "off") =>
    openTestPortal({
      settings: ({ signIn }) => {
        signIn.phone.messagesPerPhoneHour = 1;
        signIn.clickThrough = clickThrough;
      },
    });

  async function useUp(portal: TestPortal) {
    const stranger = portal.browser({ mac: "02-EE-00-00-00-01", ip: "10.10.0.66" });
    await ask(stranger);
    return stranger;
  }

  test("leads its guest to plan B, where the branch allows it", async () => {
    const portal = await open("plan-b");
    await useUp(portal);
    const browser = portal.browser();
    await ask(browser);
    expect(browser.page.status).toBe(429);
    expect(browser.page.words).not.toContain("newest");
    const handedBack = await browser.post("/click-through");
    expect(ticketOf(portal, handedBack.location)).toMatchObject({ method: "click-through" });
  });

  test("tells of no code that is not there, and offers no way where the branch has none", async () => {
    const portal = await open("off");
    await useUp(portal);
    const browser = portal.browser();
    await ask(browser);
    expect(browser.page.words).toContain("try again in an hour, or ask our staff");
    expect(browser.page.words).not.toContain("newest");
    expect((await browser.post("/click-through")).location).toBeNull();
  });

  test("is no way in for whoever used them up", async () => {
    const portal = await open("plan-b");
    const stranger = await useUp(portal);
    portal.pass(301);
    await stranger.submit("/resend");
    expect(stranger.page.status).toBe(429);
    expect(stranger.page.words).not.toContain("Go online without");
    expect((await stranger.post("/click-through")).location).toBeNull();
    expect(countTickets(portal)).toBe(0);
  });

  test("still has its field where its own code waits, and the words say so", async () => {
    const portal = await open("plan-b");
    const browser = portal.browser();
    await ask(browser);
    const code = await readCode(portal);
    portal.pass(30);
    await browser.submit("/resend");
    expect(browser.page.words).toContain("Please use the newest one");
    await browser.click("Back");
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
  });
});

test("limits open again although a clock that ran ahead has noted messages", async () => {
  const portal = await openTestPortal();
  portal.pass(365 * 86_400);
  for (let each = 1; each <= 5; each += 1)
    await ask(portal.browser({ mac: `02-00-00-00-00-0${each}`, ip: `10.10.0.${each}` }));
  portal.pass(-365 * 86_400);
  const browser = portal.browser();
  await ask(browser);
  expect(browser.page.words).toContain("Enter your code");
});
