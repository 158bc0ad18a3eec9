import { findDeviceByMac } from "@foyer/branch-store";
import { expect, test } from "vitest";
import {
  GUEST_IP,
  handOff,
  MAC,
  openTestPortal,
  signedNas,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

const SHEET =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP4A.250105.002; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.200 Mobile Safari/537.36";
const PROBE = "CaptiveNetworkSupport-481.0.2 wispr";

type Asking = { agent: string; nas?: typeof signedNas; hints?: Record<string, string> };

const arrive = (portal: TestPortal, { agent, nas = signedNas, hints = {} }: Asking) =>
  portal.app.inject({
    url: handOff(nas, { mac: MAC, ip: GUEST_IP }),
    remoteAddress: GUEST_IP,
    headers: { "user-agent": agent, accept: "text/html", ...hints },
  });
const known = (portal: TestPortal) =>
  portal.store.read((tx) => findDeviceByMac(tx, MAC)?.description ?? null);
const told = (portal: TestPortal) =>
  portal.events("device.described").map(({ payload: { system, form } }) => [system, form]);

test("the page of an iPhone's sheet says what the probe before it did not, in one event", async () => {
  const portal = await openTestPortal();
  await arrive(portal, { agent: PROBE });
  expect(known(portal)).toBeNull();
  // At once: nothing else about the device is to be kept.
  await arrive(portal, { agent: SHEET });
  expect(known(portal)).toEqual({ system: "ios", form: "phone" });
  const commits = portal.store.changeCount();
  await arrive(portal, { agent: SHEET });
  expect(portal.store.changeCount()).toBe(commits);
  expect(told(portal)).toEqual([["ios", "phone"]]);
});

test("of all that a browser says of itself, two words are kept and told, and none of it is logged", async () => {
  const portal = await openTestPortal();
  await arrive(portal, { agent: ANDROID, hints: { "sec-ch-ua": '"Chromium";v="131.0"' } });
  const [event] = portal.events("device.described");
  expect(Object.keys(event?.payload ?? {}).toSorted()).toEqual(["deviceId", "form", "system"]);
  const rows = portal.store.read((tx) => [
    ...["devices", "outbox", "door_notes"].flatMap((table) =>
      tx.sql(`select * from ${table}`).all(),
    ),
  ]);
  for (const word of ["Pixel", "Build", "Chrom", "131.0", "Mozilla"])
    expect(JSON.stringify(rows) + portal.logLines.join("")).not.toContain(word);
});

test("a browser's hints count before its user agent", async () => {
  const portal = await openTestPortal();
  const hints = { "sec-ch-ua-platform": '"Android"', "sec-ch-ua-mobile": "?1" };
  await arrive(portal, { agent: "Mozilla/5.0 (X11; Linux x86_64)", hints });
  expect(known(portal)).toEqual({ system: "android", form: "phone" });
});

test("a device that nobody vouched for is described by its guest's first tap", async () => {
  const portal = await openTestPortal();
  const answer = await arrive(portal, { agent: ANDROID, nas: unsignedNas });
  expect(portal.events("device.described")).toEqual([]);
  const c = /name="c" value="([^"]+)"/.exec(answer.body)?.[1] ?? "";
  const terms = /name="terms" value="([^"]+)"/.exec(answer.body)?.[1] ?? "";
  const posted = await portal.app.inject({
    ...{ method: "POST", url: "/phone", remoteAddress: GUEST_IP },
    headers: { "user-agent": ANDROID, "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams({ c, terms, phone: "0912345678" }).toString(),
  });
  expect(posted.statusCode).toBeLessThan(400);
  expect(told(portal)).toEqual([["android", "phone"]]);
});

test("whoever claims a device by its MAC alone does not say what it is", async () => {
  const portal = await openTestPortal();
  await arrive(portal, { agent: SHEET });
  portal.pass(2 * 60 * 60);
  await arrive(portal, { agent: ANDROID, nas: unsignedNas });
  expect(known(portal)).toEqual({ system: "ios", form: "phone" });
});

test.each([
  ["a hundred thousand letters", `${ANDROID} ${"x".repeat(100_000)}`],
  ["letters that no header holds", `${SHEET} \u009b`],
])("a user agent of %s gets its page and says nothing", async (_, agent) => {
  const portal = await openTestPortal();
  const { statusCode } = await arrive(portal, { agent });
  expect(statusCode).toBe(200);
  expect(known(portal)).toBeNull();
});
