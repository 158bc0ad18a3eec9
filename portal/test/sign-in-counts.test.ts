import { expect, test } from "vitest";
import {
  GUEST_IP,
  handOff,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
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
