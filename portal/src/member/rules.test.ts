import { expect, test } from "vitest";
import {
  chooseFriendlyName,
  choosePasspointName,
  findStandingRefusal,
  guessPlatform,
  readToken,
  type Standing,
  writeToken,
} from "./rules.ts";

const guest = { id: "lan", phone: "+84900000001" };
const proved: Standing = { proof: "signed-hand-off", method: "phone-code", guest, ownerId: "lan" };

test.each<[string | null, Partial<Standing>]>([
  [null, {}],
  [null, { proof: "network", method: null }],
  [null, { proof: "device-token", method: "returning", ownerId: null }],
  ["nobody", { guest: null }],
  ["nobody", { guest: null, ownerId: null }],
  ["number-not-verified", { guest: { ...guest, phone: null } }],
  ["other-hands", { ownerId: "minh" }],
  ["other-hands", { proof: null, ownerId: "minh" }],
  ["device-not-proved", { proof: null, method: null }],
  ["device-not-proved", { proof: null, ownerId: null }],
  ["device-not-proved", { proof: null, method: "click-through" }],
  ["device-not-proved", { proof: null, method: "returning" }],
  // The access controller has spent the ticket of whoever typed the code under this very MAC.
  [null, { proof: null, method: "phone-code", ownerId: "lan" }],
])("%s is the answer to %j", (refusal, change) => {
  expect(findStandingRefusal({ ...proved, ...change })).toBe(refusal);
});

test.each([
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "apple",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15", "apple"],
  ["CaptiveNetworkSupport-443 wispr", "apple"],
  [
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
    "android",
  ],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", null],
  ["", null],
])("%s runs on %s", (userAgent, platform) => {
  expect(guessPlatform(userAgent)).toBe(platform);
});

test.each([
  [undefined, "Foyer"],
  [{ vi: "Quán", en: "Café" }, "Café"],
  [{ vi: "Quán" }, "Quán"],
  [{ en: "  ", vi: " Quán " }, "Quán"],
  [{}, "Foyer"],
])("%j is called %s by somebody who reads English", (names, called) => {
  const languages = ["en", "vi"] as const;
  expect(chooseFriendlyName(names, { languages, brandName: "Foyer" })).toBe(called);
  expect(chooseFriendlyName(names, { languages: ["en"], brandName: "Foyer" })).toBe(called);
});

test.each([
  [["cafe.example"], "cafe.example"],
  [["radius.cafe.example"], "cafe.example"],
  [["other.example", "*.cafe.example"], "cafe.example"],
  [["radius.foyer.internal"], "radius.foyer.internal"],
  [["*.other.example"], "other.example"],
  [["notcafe.example"], "notcafe.example"],
  [[], "cafe.example"],
])("a server that calls itself %j is found under %s", (names, name) => {
  expect(choosePasspointName("cafe.example", { authority: null, names })).toBe(name);
});

test("a token is read as it was shown, in whatever letters it was typed", () => {
  expect(writeToken("abcdefgh23456789")).toBe("abcd-efgh-2345-6789");
  expect(readToken("ABCD-efgh-2345-6789")).toBe("abcdefgh23456789");
  expect(readToken("abcdefgh23456789")).toBe("abcdefgh23456789");
  for (const typed of ["", "abcd", "abcdefgh2345678'", `${"a".repeat(17)}`, "abcd efgh 2345 67"])
    expect(readToken(typed)).toBeNull();
});
