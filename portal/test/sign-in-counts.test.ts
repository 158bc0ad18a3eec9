import { expect, test } from "vitest";
import { noteStep } from "../src/sign-in/counts/register.ts";
import { openSignInCounts } from "../src/sign-in/counts/sign-in-counts.ts";
import type { Step } from "../src/step.ts";
import {
  GUEST_IP,
  handOff,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

const SAFARI = {
  accept: "text/html,application/xhtml+xml,*/*;q=0.8",
  "user-agent": "Mozilla/5.0 (iPhone)",
};
const IOS_PROBE = { accept: "*/*", "user-agent": "CaptiveNetworkSupport-481.0.2 wispr" };

/** What the portal tells when it is stopped: the sum of all that was counted. */
async function stopAndCount(portal: TestPortal) {
  await portal.app.close();
  return portal.events("sign-in.counted").flatMap(({ payload }) => payload.stretches);
}

test("a guest who signs in by a code is counted once at each step, in an event that names nobody", async () => {
  const portal = await openTestPortal();
  await portal.app.inject({
    url: "/hotspot-detect.html",
    remoteAddress: GUEST_IP,
    headers: { host: "captive.apple.com", ...IOS_PROBE },
  });
  portal.pass(60);
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode("0912 345 678");
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details");
  portal.pass(120);
  const stretches = await stopAndCount(portal);
  expect(stretches).toEqual([
    {
      ...{ begunSecondsAgo: 180, seen: 1, page: 1, asked: 1, right: 1 },
      ...{ onlineByCode: 1, onlineWithoutCode: 0, changedWay: 0 },
    },
  ]);
  const [event] = portal.events("sign-in.counted");
  const told = JSON.stringify(event);
  for (const personal of [MAC, GUEST_IP, "912345678"]) expect(told).not.toContain(personal);
});

test("whoever falls out is counted as far as they came, and probes alone as seen", async () => {
  const portal = await openTestPortal();
  const at = (address: string, headers: Record<string, string>, url: string) =>
    portal.app.inject({ url, remoteAddress: address, headers });
  await at("10.10.0.11", { host: "captive.apple.com", ...IOS_PROBE }, "/hotspot-detect.html");
  await at("10.10.0.11", { host: "captive.apple.com", ...IOS_PROBE }, "/hotspot-detect.html");
  // The system reads the page before it shows it: no guest has seen it yet.
  await at(
    "10.10.0.12",
    IOS_PROBE,
    handOff(signedNas, { mac: "02-AA-BB-CC-00-12", ip: "10.10.0.12" }),
  );
  await at(
    "10.10.0.13",
    SAFARI,
    handOff(signedNas, { mac: "02-AA-BB-CC-00-13", ip: "10.10.0.13" }),
  );
  const asks = portal.browser({ mac: "02-AA-BB-CC-00-14", ip: "10.10.0.14" });
  await asks.arrive();
  await asks.askForCode("0912 345 671");
  await asks.submit("/code", { code: "000000" });
  const stretches = await stopAndCount(portal);
  expect(stretches).toMatchObject([
    { seen: 4, page: 2, asked: 1, right: 0, onlineByCode: 0, onlineWithoutCode: 0 },
  ]);
});

test("nothing is told where nobody came", async () => {
  const portal = await openTestPortal();
  expect(await stopAndCount(portal)).toEqual([]);
});

const probe = (portal: TestPortal, remoteAddress: string) =>
  portal.app.inject({
    url: "/hotspot-detect.html",
    remoteAddress,
    headers: { host: "captive.apple.com", ...IOS_PROBE },
  });

test("a guest whose phone joins again under another IPv6 address is counted once, and goes on", async () => {
  const portal = await openTestPortal({ findMacOfAddress: async () => MAC });
  const askFrom = async (ip: string) => {
    await probe(portal, ip);
    const browser = portal.browser({ nas: unsignedNas, ip });
    await browser.arrive();
    return browser;
  };
  const first = await askFrom("2001:db8:1:2::a");
  await first.askForCode("0912 345 678");
  // The sheet was closed while its guest read the message.
  const again = await askFrom("2001:db8:1:2::b");
  await again.submit("/code", { code: await readCode(portal) });
  await again.submit("/details");
  expect(await stopAndCount(portal)).toMatchObject([
    { seen: 1, page: 1, asked: 1, right: 1, onlineByCode: 1, onlineWithoutCode: 0 },
  ]);
});

test("guests whom a router gives one address, of which the box was not told, are counted each", async () => {
  const portal = await openTestPortal();
  for (const last of ["21", "22", "23"]) {
    await probe(portal, "10.20.0.1");
    await portal.app.inject({
      url: handOff(unsignedNas, { mac: `02-AA-BB-CC-00-${last}`, ip: `192.168.0.${last}` }),
      remoteAddress: "10.20.0.1",
      headers: SAFARI,
    });
  }
  expect(await stopAndCount(portal)).toMatchObject([{ seen: 3, page: 3, asked: 0 }]);
});

test("behind a router of which the box was told more guests are counted by one address, and yet not without end", async () => {
  const portal = await openTestPortal();
  const signInCounts = openSignInCounts(portal.store, () => new Date("2026-03-01T02:00:00Z"));
  const remoteAddress = unsignedNas.source;
  for (let number = 0; number < 1300; number += 1) {
    const context = { arrival: { mac: `02-00-00-00-${number}` }, proof: null, remoteAddress };
    const step = { portal: { signInCounts }, nas: unsignedNas, remoteAddress, context };
    noteStep(step as unknown as Step, "page");
  }
  signInCounts.tell();
  const [told] = portal.events("sign-in.counted");
  expect(told?.payload.stretches).toMatchObject([{ page: 1200 }]);
});

test("whoever calls themselves by a thousand MACs makes no thousand guests of one", async () => {
  const portal = await openTestPortal();
  const counts = openSignInCounts(portal.store, () => new Date("2026-03-01T02:00:00Z"));
  const address = "10.10.0.66";
  for (let number = 0; number < 1000; number += 1)
    counts.note({ mac: `02-00-00-00-${number}`, address, claimedFrom: address }, "page");
  for (let number = 0; number < 200; number += 1)
    counts.note(
      { mac: `02-01-00-00-${number}`, address: `10.10.1.${number}`, claimedFrom: null },
      "page",
    );
  counts.tell();
  const [told] = portal.events("sign-in.counted");
  expect(told?.payload.stretches).toMatchObject([{ page: 120 + 200 }]);
});
