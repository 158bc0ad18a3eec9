import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMac, writeMac } from "./mac.ts";

describe("RFC 3580 §3.21: Calling-Station-Id in all the forms vendors write", () => {
  test.each([
    "AC-00-5E-00-53-01",
    "ac-00-5e-00-53-01",
    "ac:00:5e:00:53:01",
    "AC:00:5E:00:53:01",
    "ac005e005301",
    "AC005E005301",
    "ac00.5e00.5301",
    "AC00.5E00.5301",
    "ac00-5e00-5301",
    "ac00:5e00:5301",
    "ac005e-005301",
    "AC005E:005301",
    "ac.00.5e.00.53.01",
    "ac 00 5e 00 53 01",
    " ac:00:5e:00:53:01 ",
    "ac:00:5e:00:53:01\0",
  ])("%o is always AC-00-5E-00-53-01", (text) => {
    expect(parseMac(text)).toBe("AC-00-5E-00-53-01");
  });

  test.each([
    "",
    "an",
    "ac:00:5e:00:53",
    "ac:00:5e:00:53:01:02",
    "ac:00-5e:00-53:01",
    "ac00.5e005301",
    "ac:0:5e:0:53:1",
    "ag:00:5e:00:53:01",
    "84900000001",
    "ac005e005301@example",
    "10.1.0.7",
  ])("%o is no MAC", (text) => {
    expect(parseMac(text)).toBeNull();
  });

  test("any six octets in any form read the same", () => {
    const six = fc.uint8Array({ minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(
        six,
        fc.constantFrom("-", ":", ".", " ", ""),
        fc.boolean(),
        (octets, by, upper) => {
          const pairs = Array.from(octets, (octet) => octet.toString(16).padStart(2, "0"));
          const text = upper ? pairs.join(by).toUpperCase() : pairs.join(by);
          expect(parseMac(text)).toBe(pairs.join("-").toUpperCase());
        },
      ),
    );
  });

  test.each([
    "AC-00-5E-00-53-01",
    "ac-00-5e-00-53-01",
    "AC:00:5E:00:53:01",
    "ac:00:5e:00:53:01",
    "AC005E005301",
    "ac005e005301",
    "ac00.5e00.5301",
  ])("%s is written as well as read", (written) => {
    const forms = [
      ...(["AA-BB-CC-DD-EE-FF", "aa-bb-cc-dd-ee-ff", "AA:BB:CC:DD:EE:FF"] as const),
      ...(["aa:bb:cc:dd:ee:ff", "AABBCCDDEEFF", "aabbccddeeff", "aabb.ccdd.eeff"] as const),
    ];
    const all = forms.map((form) => writeMac("AC-00-5E-00-53-01", form));
    expect(new Set(all).size).toBe(forms.length);
    expect(all).toContain(written);
    for (const each of all) expect(parseMac(each)).toBe("AC-00-5E-00-53-01");
  });

  test("any text is read or refused, never thrown on", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseMac(text)));
  });
});
