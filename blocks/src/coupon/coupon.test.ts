import { expect, test } from "vitest";
import { lan, MARKUP, stranger } from "../../test/context.ts";
import { coupon } from "./index.ts";

const read = (value: unknown) => {
  const fields = coupon.readFields(value);
  if (fields.kind === "invalid") throw new Error(fields.reason);
  return fields.fields;
};
const offer = { heading: { en: "A free tea, {name}" }, code: "TEA-2026" };

test("a coupon shows what it is good for, its code and its end on the branch's clock", () => {
  const html = coupon.render(read({ ...offer, validUntil: "2026-03-02T17:00:00Z" }), lan);
  expect(html).toContain("A free tea, Lan");
  expect(html).toContain(`dir="ltr">TEA-2026</strong>`);
  expect(html).toContain("Valid until March 3 at 00:00");
});

test("a Persian guest reads its end in Persian digits", () => {
  const fields = read({ ...offer, validUntil: "2026-03-02T17:00:00Z" });
  expect(coupon.render(fields, { ...lan, language: "fa" })).toMatch(/معتبر تا .*[۰-۹]/);
});

test("from its end on it is gone, to the millisecond", () => {
  const fields = read({ ...offer, validUntil: "2026-03-01T02:00:00Z" });
  expect(coupon.render(fields, stranger)).toBe("");
  const before = { ...stranger, now: new Date("2026-03-01T01:59:59.999Z") };
  expect(coupon.render(fields, before)).toContain("TEA-2026");
});

test("what stands in it is escaped", () => {
  const fields = read({ heading: { en: "{name}" }, text: { en: MARKUP } });
  expect(coupon.render(fields, { ...lan, guestName: MARKUP })).not.toContain("<script");
});

test.each([
  [{}, "heading is missing"],
  [{ ...offer, code: "<b>" }, "code is not"],
  [{ ...offer, code: 7 }, "code is not"],
  [{ ...offer, validUntil: "tomorrow" }, "validUntil is not"],
  [{ ...offer, validUntil: "2026-03-02" }, "validUntil is not"],
  [{ ...offer, validUntil: "2026-13-02T00:00:00Z" }, "validUntil is not"],
])("fields that do not fit are refused with a reason: %j", (value, reason) => {
  expect(coupon.readFields(value)).toMatchObject({
    ...{ kind: "invalid", reason: expect.stringContaining(reason) },
  });
});
