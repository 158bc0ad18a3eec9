import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "../../../test/open-test-place.ts";
import { NAS_ID, type TestBox } from "../../../test/test-box.ts";

const NOW = new Date("2026-11-26T02:00:00Z");
const EARLIER = new Date(NOW.getTime() - 3_600_000);
const PHONE = "+84912345678";
const THIEF = "+84900000001";
const MAC = "00-5E-00-53-00-01";

type Guest = { guestId: string; deviceId: string };

let cloud: TestCloud;
let place: TestPlace;
let other: TestBox;
let lan: Guest;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: NOW });
});
beforeEach(async () => {
  place = await openTestPlace(cloud);
  other = await place.addBox("Tây Hồ");
  const { events, ...ids } = place.box.signIn({ phone: PHONE, name: "Lan", at: EARLIER });
  lan = ids;
  const visit = place.box.visit({ ...lan, startedAt: EARLIER, endedAt: NOW });
  await place.push([...events, ...visit.events]);
});
afterAll(() => cloud?.close());

/** All that is kept of Lan's guest, and whose it is. */
const listKept = async () => {
  const of = (table: string, columns: string, guest = "guest_id") =>
    place.query(
      `select ${columns} from ${table} where tenant_id = $tenant and ${guest} = '${lan.guestId}'
       order by 1, 2`,
    );
  return {
    guest: await of("guests", "customer_id, branch_id, last_verified_at, registered_at", "id"),
    fields: await of("customer_fields", "field, value"),
    consents: await of("customer_consents", "purpose, given"),
    codes: await of("member_codes", "code_id, hash"),
    devices: await of("guest_devices", "device_id, last_at"),
    visits: await of("visits", "id, customer_id"),
  };
};

/** What a box writes of a guest and a device, by what it is called. */
const words = (box: TestBox, { guestId, deviceId }: Guest) => {
  const where = { guestId, deviceId, nasId: NAS_ID };
  const asked = { purpose: "marketing", textVersion: 1, textSha256: "a".repeat(64) } as const;
  const act = { ...where, ...asked, language: "vi", method: "portal" } as const;
  const details = { name: "Kẻ Trộm" };
  const salt = Buffer.alloc(16).toString("base64");
  const code = { deviceId, codeId: randomUUID(), salt, hash: "0".repeat(64) };
  return {
    "a registration": () =>
      box.write("guest.registered", { ...where, language: "vi", details, termsVersion: 2 }),
    "a proof of a number": () =>
      box.write("guest.verified", { guestId, deviceId, phone: THIEF, method: "code" }),
    "a consent": () => box.write("consent.given", { consentId: randomUUID(), ...act }),
    "a consent taken back": () =>
      box.write("consent.withdrawn", { consentId: randomUUID(), ...act }),
    "a member's code": () => box.write("member-code.issued", { guestId, ...code }),
    "a device": () => box.write("device.recognised", { ...where, proof: "signed-hand-off" }),
  };
};
type What = keyof ReturnType<typeof words>;
const WHATS = Object.keys(
  words({ write: () => {} } as unknown as TestBox, { guestId: "", deviceId: "" }),
) as What[];

describe("of a guest of another branch, whose id a box was told to know its own by,", () => {
  test.each(WHATS)("%s is not taken", async (what) => {
    const mine = other.signIn({ phone: THIEF, mac: MAC });
    await place.push(mine.events, other);
    const before = await listKept();
    await place.push([words(other, { ...lan, deviceId: mine.deviceId })[what]()], other);
    expect(await listKept()).toEqual(before);
  });

  test("a number that was forgotten meanwhile, told as theirs, has nobody forgotten", async () => {
    const hung = other.signIn({ phone: THIEF, at: EARLIER });
    const said = { requestId: randomUUID(), nasId: NAS_ID, language: "vi" } as const;
    const { guestId, deviceId } = hung;
    await place.push(
      [...hung.events, other.write("guest.deletion-requested", { guestId, deviceId, ...said })],
      other,
    );
    const before = await listKept();
    const told = { ...lan, phone: THIEF, method: "code" } as const;
    await place.push([other.write("guest.verified", told, EARLIER)], other);
    expect(await listKept()).toEqual(before);
  });

  test.each(WHATS)("%s is taken from a box of their own branch", async (what) => {
    const before = await listKept();
    const mine = { ...lan, deviceId: randomUUID() };
    await place.push([words(place.box, mine)[what]()]);
    expect(await listKept()).not.toEqual(before);
  });
});
