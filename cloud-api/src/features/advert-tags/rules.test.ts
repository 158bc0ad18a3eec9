import { expect, test } from "vitest";
import { leftOutAtOnce, META_AGE_MILLISECONDS, readGoogleTagId, readMetaPixelId } from "./rules.ts";

test.each([
  [" 1234567890 123456 ", "1234567890123456"],
  ["", null],
  [null, null],
])("a pixel's id %j is read as %s", (typed, id) => {
  expect(readMetaPixelId(typed)).toEqual({ kind: "id", id });
});

test.each([
  ["g-ab12cd34ef", "G-AB12CD34EF"],
  ["GT-ABCDEFG", "GT-ABCDEFG"],
  ["AW-123456789", "AW-123456789"],
  ["  ", null],
])("a Google tag's id %j is read as %s", (typed, id) => {
  expect(readGoogleTagId(typed)).toEqual({ kind: "id", id });
});

test.each([
  ["123", "10 to 20 digits"],
  ["0123456789012", "10 to 20 digits"],
  ["1".repeat(21), "10 to 20 digits"],
  ["fbq('init', '1234567890123456')", "digits alone"],
  ["12345678901234\u0661", "digits alone"],
  ["https://www.facebook.com/tr?id=1234567890123456", "digits alone"],
])("no pixel's id is %j", (typed, reason) => {
  expect(readMetaPixelId(typed)).toMatchObject({
    ...{ kind: "fault", reason: expect.stringContaining(reason) },
  });
});

test.each([
  ["GTM-ABC1234", "Tag Manager"],
  ["UA-12345-1", "Universal Analytics"],
  ["AW-123456789/AbC-D_efG", "conversion label"],
  ["AW-ABC", "begins with G-"],
  ['G-"><script>', "begins with G-"],
])("no Google tag's id is %j", (typed, reason) => {
  expect(readGoogleTagId(typed)).toMatchObject({
    ...{ kind: "fault", reason: expect.stringContaining(reason) },
  });
});

test("a visit is told by the cloud where there is a pixel, and it is no older than Meta takes", () => {
  const now = new Date("2026-03-09T00:00:00Z");
  const at = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  const of = (metaPixelId: string | null, occurredAt: Date) =>
    leftOutAtOnce({ metaPixelId, occurredAt }, now);
  expect(of("1234567890", at(META_AGE_MILLISECONDS))).toBeNull();
  expect(of("1234567890", at(META_AGE_MILLISECONDS + 1))).toBe("too-old");
  expect(of(null, at(0))).toBe("browser-only");
});
