import { expect, test } from "vitest";
import { packContext, unpackContext } from "./context-packing.ts";
import { newContext, type PageContext } from "./page-context.ts";

const fresh: PageContext = {
  ...newContext({
    arrival: {
      ...{ nasId: "0199f000-0000-7000-8000-000000000001", nasKind: "coova" },
      ...{ mac: "02-AA-BB-CC-00-01", ip: "10.10.0.7", proof: "signed-hand-off", state: "asks" },
      ...{ failure: null, originalUrl: null },
      handBack: { origin: "http://10.10.0.1:3990", challenge: "8e7363e7d78024a071796b2b1ac67116" },
    },
    recognised: { deviceId: "device", proof: "signed-hand-off", knownGuestId: null },
    remoteAddress: "10.10.0.7",
    deviceMac: null,
    now: new Date(1_790_000_000_000),
  }),
  privacyGuestId: null,
  addressGuestId: null,
  filesKey: null,
  ...{ usualLanguage: null, askedLanguage: null },
};

const full: Required<PageContext> = {
  ...(fresh as Required<PageContext>),
  arrival: { ...fresh.arrival, failure: "reject", originalUrl: "http://example.com/", ip: null },
  ...{ isSomebodyElse: true, wantsOtherNumber: true, codeUnsent: true, language: "vi" },
  ...{ accessCode: "ABCD2345", codeId: "code", filledIn: "123456", provedPhone: "+84912345678" },
  contact: { kind: "email", value: "lan@example.com" },
  terms: { version: 3, sha256: "ab".repeat(32), language: "vi" },
  admitted: { guestId: "guest", method: "room", endsAt: 1_790_000_100_000 },
  ...{
    privacyGuestId: "guest",
    addressGuestId: "guest",
    onlineUntil: 1_790_000_200_000,
    knownGuestId: "guest",
  },
  ...{ page: { pageId: "page", version: 2 }, filesKey: "key" },
  deviceMac: "02-AA-BB-CC-00-02",
  ...{ usualLanguage: "fa", askedLanguage: "vi" },
};

const carry = (context: PageContext) =>
  unpackContext(JSON.parse(JSON.stringify(packContext(context))));

test("whatever a context holds comes back from a page, each value under its own name", () => {
  expect(carry(full)).toEqual(full);
  expect(carry(fresh)).toEqual(fresh);
  for (const field of Object.keys(full) as Exclude<keyof PageContext, symbol>[]) {
    const one = { ...fresh, [field]: full[field] };
    expect(carry(one), field).toEqual(one);
  }
});

test("a page carries no names, and nothing for what is not there", () => {
  const json = JSON.stringify(packContext(fresh));
  expect(json).not.toMatch(/remoteAddress|deviceId|null|false/);
  expect(json.length).toBeLessThan(300);
});

test("a page that was made before a value was added lacks it", () => {
  const packed = packContext(full).slice(0, 7);
  expect(unpackContext(packed)).toMatchObject({ admitted: null, codeUnsent: false });
});

test("what is no context is none", () => {
  for (const other of [{ kind: "survey" }, null, "text", 7])
    expect(unpackContext(other)).toBeNull();
});
