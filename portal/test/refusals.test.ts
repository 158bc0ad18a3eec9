import type { AccessPolicy, DeviceRule } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MAC, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";

const PHONE = "0900000001";
const blockUntil = (until: string | null, at = 0): DeviceRule => ({
  id: `0199f000-0000-7000-8000-0000000000a${at}`,
  ...{ mac: MAC, kind: "block", policyId: null, until },
});

const openWith = (change: Partial<AccessPolicy>) =>
  openTestPortal({
    settings: (settings) => {
      settings.branch.languages = ["en", "vi", "fa"];
      settings.policies = settings.policies.map((policy) => ({ ...policy, ...change }));
    },
  });

/** What a guest is told who comes by a code. The portal's clock stands at Sunday, 09:00. */
async function comeIn(portal: TestPortal, language = "en") {
  const guest = portal.browser({ language });
  await guest.arrive();
  await guest.askForCode(PHONE);
  await guest.submit("/code", { code: await readCode(portal) });
  const shown = await guest.submit("/details", { name: "Lan" });
  expect(shown.status).toBe(403);
  return shown.words;
}

describe("a device that staff block", () => {
  test.each([
    ["en", "until March 1, 2026 at 21:30. Please try again then"],
    ["vi", "đến lúc 21:30 1 tháng 3, 2026. Bạn thử lại khi đó nhé"],
    ["fa", "۲۱:۳۰"],
  ])("is told until when, in %s", async (language, words) => {
    const portal = await openTestPortal({
      settings: (settings) => {
        const [soon, late] = ["2026-03-01T03:00:00Z", "2026-03-01T14:30:00Z"];
        settings.branch.languages = ["en", "vi", "fa"];
        settings.deviceRules = [blockUntil(soon, 1), blockUntil(late, 2)];
      },
    });
    expect((await portal.browser({ language }).arrive()).words).toContain(words);
  });

  test.each([
    ["en", "until our staff open it again"],
    ["vi", "cho đến khi nhân viên mở lại"],
    ["fa", "تا کارکنان ما آن را دوباره باز کنند"],
  ])("without an end is told who ends it, in %s", async (language, words) => {
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.branch.languages = ["en", "vi", "fa"];
        settings.deviceRules = [blockUntil("2026-03-02T00:00:00Z", 1), blockUntil(null, 2)];
      },
    });
    expect((await portal.browser({ language }).arrive()).words).toContain(words);
  });

  test("while its guest signs in is told the same", async () => {
    const portal = await openTestPortal();
    const guest = portal.browser();
    await guest.arrive();
    await guest.askForCode(PHONE);
    const code = await readCode(portal);
    portal.change((settings) => {
      settings.deviceRules = [blockUntil("2026-03-01T14:30:00Z")];
    });
    await guest.submit("/code", { code });
    const shown = await guest.submit("/details", { name: "Lan" });
    expect(shown.words).toContain("until March 1, 2026 at 21:30");
  });
});

describe("a guest for whom no waiting helps is told so, and who does", () => {
  test.each([
    ["en", "waiting doesn't change that. Our staff can help you in"],
    ["vi", "chờ thêm cũng không thay đổi. Nhân viên có thể giúp bạn"],
    ["fa", "با صبر کردن هم باز نمی‌شود"],
  ])("without a policy for their way in, in %s", async (language, words) => {
    const portal = await openWith({ when: { methods: ["click-through"], visitNumberMin: null } });
    expect(await comeIn(portal, language)).toContain(words);
  });

  test("whose policy has ended, and when it did", async () => {
    const portal = await openWith({ validUntil: "2026-03-01T01:00:00Z" });
    expect(await comeIn(portal)).toContain("ended on March 1, 2026 at 08:00. Our staff can tell");
  });

  test("who has used up what there is once and for all", async () => {
    const portal = await openWith({ quotas: [{ per: "ever", seconds: 1, bytes: null }] });
    const words = await comeIn(portal);
    expect(words).toContain("doesn't start anew by itself. If you need more, please ask our staff");
  });

  test("where the Wi-Fi closes and the policy ends before it would open again", async () => {
    const allowedHours = [{ days: [1], from: "08:00", to: "10:00" }];
    const ends = await openWith({ allowedHours, validUntil: "2026-03-01T17:00:00Z" });
    expect(await comeIn(ends)).toContain("can't say when it opens again. Our staff");
    const goesOn = await openWith({ allowedHours, validUntil: "2026-03-02T01:00:01Z" });
    expect(await comeIn(goesOn)).toMatch(/opens again Monday (at )?08:00/);
  });

  test("where it opens later today, or on this weekday only a week from now", async () => {
    const openAt = (from: string, to: string) =>
      openWith({ allowedHours: [{ days: [7], from, to }] });
    const today = {
      en: "again today at 10:00.",
      vi: "mở lại lúc 10:00 hôm nay.",
      fa: "امروز ساعت",
    };
    for (const [language, words] of Object.entries(today))
      expect(await comeIn(await openAt("10:00", "11:00"), language)).toContain(words);
    expect(await comeIn(await openAt("08:00", "08:30"))).toMatch(
      /opens again Sunday,? March 8 (at )?08:00/,
    );
  });
});
