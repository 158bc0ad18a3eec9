import { expect, it, test } from "vitest";
import { normaliseMac } from "./mac.ts";

it("writes a MAC one way, however a NAS wrote it", () => {
  for (const text of [
    "AA-BB-CC-DD-EE-FF",
    "aa:bb:cc:dd:ee:ff",
    "aabbccddeeff",
    "aabb.ccdd.eeff",
    "AABBCC-DDEEFF",
  ])
    expect(normaliseMac(text)).toBe("AA-BB-CC-DD-EE-FF");
});

it("refuses what is no MAC", () => {
  for (const text of ["", "aa:bb:cc:dd:ee", "aa:bb:cc:dd:ee:ff:00", "gg:bb:cc:dd:ee:ff", "ENC12"])
    expect(normaliseMac(text)).toBeNull();
  expect(normaliseMac("a-a-b-b-c-c-d-d-e-e-f-f-")).toBeNull();
});

test.each([
  ...[
    "02:AA:BB:CC:00:ﬀ",
    "02AABBCC00ﬀ",
    "０２AABBCC0001",
    "02:AA:BB:CC:00:0l",
    "02-AA-BB-CC-00-01 ",
  ],
  ...["0x02AABBCC0001", "02:AA:BB:CC:00:01:02", "02%3AAA%3ABB%3ACC%3A00%3A01", "02 AA BB CC 00 01"],
  ...[
    "02/AA/BB/CC/00/01",
    "02:AA:BB:CC:00:1",
    "\u000002AABBCC0001",
    "02AABBCC000１",
    "2AABBCC0001",
  ],
  ...[
    "02:AA:BB:CC:00:01%00",
    "02AABBCC0001\n",
    "ｆｆ:ff:ff:ff:ff:ff",
    "02:аа:BB:CC:00:01",
    "[02AABBCC01]",
  ],
  ...["02AA:BBCC:0001:0000:0000", "undefined", "null", "[object Object]"],
])("what only looks like a MAC address is none: %o", (text) => {
  expect(normaliseMac(text)).toBeNull();
});
