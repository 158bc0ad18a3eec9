import { describe, expect, test } from "vitest";
import type { FindMacOfAddress } from "../src/network.ts";
import { countMessages, openTestPortal, type TestPortal, unsignedNas } from "./open-portal.ts";

const NETWORK = "2001:db8:1:2";
const HOSTILE_MAC = "02-AA-BB-CC-00-66";
const ADDRESSES = 10_000;
const CODE = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "WXYZ6789", devicesMax: 2, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};

/** The hostile guest's addresses are spread over the whole /64; the others have one beside them. */
const hostile = (number: number) =>
  `${NETWORK}:${(number % 251).toString(16)}::${number.toString(16)}`;
const neighbour = (number: number) => `${NETWORK}::b${number}`;
const macOfNeighbour = (number: number) => `02-AA-BB-CC-01-0${number}`;

/** The box sees devices on its own link, as its neighbour table would. */
const onLink: FindMacOfAddress = async (address) => {
  const number = /^2001:db8:1:2::b(\d)$/.exec(address)?.[1];
  if (number !== undefined) return macOfNeighbour(Number(number));
  return address.startsWith(NETWORK) ? HOSTILE_MAC : null;
};
/** A router stands between. */
const offLink: FindMacOfAddress = async () => null;

const open = (findMacOfAddress: FindMacOfAddress) =>
  openTestPortal({
    findMacOfAddress,
    settings: (settings) => {
      settings.signIn.phone.messagesPerAddressHour = 3;
      settings.signIn.accessCode = { enabled: true };
      settings.accessCodes = [CODE];
    },
  });

/** Each time with another address and a MAC that it made up; `number` also chooses the phone. */
async function askFrom(portal: TestPortal, ip: string, number: number) {
  const mac = `02-00-00-00-00-${(number % 90) + 10}`;
  const browser = portal.browser({ nas: unsignedNas, mac, ip });
  await browser.arrive();
  await browser.askForCode(`09${10_000_000 + number * 10_007}`);
  return browser.page.words;
}

async function guessFrom(portal: TestPortal, ip: string) {
  const browser = portal.browser({ nas: unsignedNas, mac: "02-00-00-00-00-01", ip });
  await browser.arrive();
  await browser.submit("/access-code", { accessCode: "ABCD2345", terms: browser.tick("terms") });
  return browser.page.words;
}

describe("a guest who takes another IPv6 address for each try", () => {
  test("is one device to the limits where the box sees its MAC, and stands in nobody's way", async () => {
    const portal = await open(onLink);
    for (let each = 1; each <= 8; each += 1) await askFrom(portal, hostile(each), each);
    expect(await countMessages(portal)).toBe(3);
    for (const each of [1, 2]) await askFrom(portal, neighbour(each), 100 + each);
    expect(await countMessages(portal)).toBe(5);
  });

  test("is one with all of its /64 where a router stands between; the next /64 is another", async () => {
    const portal = await open(offLink);
    for (let each = 1; each <= 8; each += 1) await askFrom(portal, hostile(each), each);
    expect(await countMessages(portal)).toBe(3);
    await askFrom(portal, "2001:db8:1:3::1", 101);
    expect(await countMessages(portal)).toBe(4);
  });

  test.each([
    ["on the box's own link", onLink],
    ["behind a router", offLink],
  ])("guesses ten access codes an hour and no more: %s", async (_, findMac) => {
    const portal = await open(findMac);
    const step = ADDRESSES / 10;
    for (let each = 0; each < ADDRESSES; each += step)
      expect(await guessFrom(portal, hostile(each + 1))).toContain("letter by letter");
    for (const each of [1, 4711, ADDRESSES])
      expect(await guessFrom(portal, hostile(each))).toContain("many wrong codes");
    expect(await guessFrom(portal, "2001:db8:9::1")).not.toContain("many wrong codes");
  });

  test("a page keeps its device: the code waits at the same field under the next address", async () => {
    const portal = await open(onLink);
    const first = portal.browser({ nas: unsignedNas, ip: hostile(1) });
    await first.arrive();
    await first.askForCode("0912345678");
    const later = portal.browser({ nas: unsignedNas, ip: hostile(2) });
    await later.arrive();
    expect(later.page.html).toContain('autocomplete="one-time-code"');
    const stranger = portal.browser({ nas: unsignedNas, ip: neighbour(1) });
    await stranger.arrive();
    expect(stranger.page.html).not.toContain('autocomplete="one-time-code"');
  });
});
