import { randomUUID } from "node:crypto";
import type { EventPayload } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "../../../test/open-test-place.ts";
import { makeTestBox, NAS_ID, type TestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { channels } from "../channels/index.ts";
import { listConsents } from "./page-queries.ts";

const NOW = new Date("2026-11-26T02:00:00Z");
const PHONE = "+84912345678";
const EMAIL = "lan@example.com";

let cloud: TestCloud;
let place: TestPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: NOW });
});
beforeEach(async () => {
  place = await openTestPlace(cloud);
});
afterAll(() => cloud?.close());

const before = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

function deletion(guest: { guestId: string; deviceId: string }, at = NOW, box = place.box) {
  const { guestId, deviceId } = guest;
  const said = { requestId: randomUUID(), nasId: NAS_ID, language: "vi" } as const;
  return box.write("guest.deletion-requested", { guestId, deviceId, ...said }, at);
}

function byEmail(email: string, at: Date, options: { box?: TestBox; guestId?: string } = {}) {
  const { box = place.box, guestId = newId() } = options;
  const deviceId = newId();
  const where = { guestId, deviceId, nasId: NAS_ID };
  const events = [
    box.write("guest.registered", { ...where, language: "vi", details: {}, termsVersion: 1 }, at),
    box.write("guest.verified", { guestId, deviceId, email, method: "code" }, at),
  ];
  return { guestId, deviceId, events };
}

function code(contact: EventPayload<"code.requested">["contact"], at: Date, box = place.box) {
  const message = { id: randomUUID(), code: "493027", secondsLeft: 300, host: null };
  const asked = { codeId: randomUUID(), nasId: NAS_ID, language: "vi", channel: "cloud" } as const;
  return box.write("code.requested", { ...asked, contact, message, sending: 1 }, at);
}

const listCustomers = () =>
  place.query<{ id: string; email: string | null; phone: string | null }>(
    "select id, email, phone from customers where tenant_id = $tenant order by id",
  );

describe("a customer who is forgotten", () => {
  test("leaves no number in what was to be sent, in messages, or in what nobody could read", async () => {
    const lan = place.box.signIn({ phone: PHONE, name: "Lan", at: before(60) });
    const unread = {
      ...place.box.write("box.started", { release: "1", settingsVersion: 0 }),
      type: "box.started",
      payload: { number: PHONE },
    };
    await place.push([...lan.events, code({ kind: "phone", value: PHONE }, before(59)), unread]);
    // A request that its process died over keeps whom it was for.
    await place.query(
      `update code_requests set state = 'waiting', contact = '${PHONE}', created_at = '${before(59).toISOString()}'
       where tenant_id = $tenant`,
    );
    await place.query(
      `insert into sender_tests (tenant_id, id, sender_id, contact, language, state, created_at)
       values ($tenant, '${randomUUID()}', '${randomUUID()}', '${PHONE}', 'vi', 'waiting', '${before(59).toISOString()}')`,
    );
    expect(await place.countRowsWith("912345678")).toBeGreaterThan(4);
    await place.push([deletion(lan)]);
    expect(await place.countRowsWith("912345678")).toBe(0);
    // That something came, and why it was not read, is still there.
    expect(
      await place.query("select reason from set_aside_events where tenant_id = $tenant"),
    ).toHaveLength(1);
  });

  test("leaves no address either, where that is what they had proved", async () => {
    const lan = byEmail(EMAIL, before(60));
    await place.push([...lan.events, code({ kind: "email", value: EMAIL }, before(59))]);
    expect(await listCustomers()).toMatchObject([{ email: EMAIL }]);
    await place.push([deletion(lan)]);
    expect(await place.countRowsWith(EMAIL)).toBe(0);
    expect(await listCustomers()).toMatchObject([{ email: null, phone: null }]);
  });
});

describe("what is told late of somebody who was forgotten", () => {
  test("under another guest's id names nobody: an address is kept out as a number is", async () => {
    const other = await place.addBox("Tây Hồ");
    const lan = byEmail(EMAIL, before(60));
    await place.push([...lan.events, deletion(lan)]);
    const late = byEmail(EMAIL, before(30), { box: other });
    await place.push(late.events, other);
    expect(await place.countRowsWith(EMAIL)).toBe(0);
    expect(await listCustomers()).toMatchObject([{ email: null }]);
    const gone = await place.query("select guest_id from erased_guests where tenant_id = $tenant");
    expect(gone.map((row) => row.guest_id)).toContain(late.guestId);
  });

  test("comes to the same in a new life of the box, told twice, and the wrong way round", async () => {
    const lan = byEmail(EMAIL, before(60));
    const { tenantId, branchId, boxId } = place.box;
    const reborn = makeTestBox({ tenantId, branchId, boxId });
    const late = byEmail(EMAIL, before(30), { box: reborn });
    await place.push([deletion(lan, NOW)]);
    await place.push([...late.events].reverse(), reborn);
    await place.push([...lan.events].reverse());
    await place.push([...late.events], reborn);
    expect(await place.countRowsWith(EMAIL)).toBe(0);
    expect(await listCustomers()).toMatchObject([{ email: null, phone: null }]);
  });

  test("of a guest whose number is told last spares whoever has come again since", async () => {
    const lan = place.box.signIn({ phone: PHONE, at: before(60) });
    await place.push([deletion(lan, before(30))]);
    await place.push(place.box.signIn({ phone: PHONE, name: "Lan", at: before(10) }).events);
    await place.push(lan.events);
    expect(await listCustomers()).toMatchObject([{ phone: PHONE }]);
  });

  test("of an address that was told and never proved goes, and the rest of that guest stays", async () => {
    const lan = place.box.signIn({ phone: PHONE, at: before(60) });
    const where = {
      deviceId: lan.deviceId,
      nasId: NAS_ID,
      language: "vi",
      termsVersion: 1,
    } as const;
    const tell = (guestId: string, name: string, at: Date) =>
      place.box.write(
        "guest.registered",
        { ...where, guestId, details: { name, email: EMAIL } },
        at,
      );
    await place.push([...lan.events, tell(lan.guestId, "Lan", before(50)), deletion(lan)]);
    const stranger = newId();
    await place.push([tell(stranger, "Minh", before(30))]);
    expect(await place.countRowsWith(EMAIL)).toBe(0);
    expect(await place.countRowsWith("minh")).toBeGreaterThan(0);
    // From then on it is somebody's who wants to be known by it.
    await place.push([tell(stranger, "Minh", new Date(NOW.getTime() + 60_000))]);
    expect(await place.countRowsWith(EMAIL)).toBeGreaterThan(0);
  });

  test("an address that somebody told and another has proved forgets the first one alone", async () => {
    const mallory = place.box.signIn({ phone: "+84900000009", at: before(60) });
    const where = { deviceId: mallory.deviceId, nasId: NAS_ID, language: "vi" } as const;
    const lan = byEmail(EMAIL, before(40));
    const told = { ...where, guestId: mallory.guestId, details: { email: EMAIL }, termsVersion: 1 };
    await place.push([
      ...mallory.events,
      place.box.write("guest.registered", told, before(50)),
      ...lan.events,
      deletion(mallory),
    ]);
    const known = await listCustomers();
    expect(known.map(({ email }) => email)).toContain(EMAIL);
    const late = byEmail(EMAIL, before(20));
    await place.push(late.events);
    const guests = await place.query(
      `select customer_id from guests where tenant_id = $tenant and id = '${late.guestId}'`,
    );
    expect(known.map(({ id }) => id)).toContain(guests[0]?.customer_id);
  });

  test("a code that was asked for before is not kept beside the log, one after it is", async () => {
    const lan = place.box.signIn({ phone: PHONE, at: before(60) });
    await place.push([...lan.events, deletion(lan, before(10))]);
    await place.push([code({ kind: "phone", value: PHONE }, before(20))]);
    const kept = () =>
      place.query(
        "select 1 from event_personal where tenant_id = $tenant and fields ? 'contact.value'",
      );
    expect(await kept()).toHaveLength(0);
    await place.push([code({ kind: "phone", value: PHONE }, before(5))]);
    expect(await kept()).toHaveLength(1);
  });
});

test("a request that nobody closed, and a test that nobody sent, keep no number past their time", async () => {
  await place.push([code({ kind: "phone", value: PHONE }, NOW)]);
  await place.query(
    `update code_requests set state = 'sending', contact = '${PHONE}', code = '493027',
       deadline = '${before(1).toISOString()}' where tenant_id = $tenant`,
  );
  await place.query(
    `insert into sender_tests (tenant_id, id, sender_id, contact, language, state, created_at)
     values ($tenant, '${randomUUID()}', '${randomUUID()}', '${PHONE}', 'vi', 'claimed', '${before(61).toISOString()}')`,
  );
  await channels.jobs?.["channels.sweep"]?.work(cloud.jobContext, { tenantId: null, payload: {} });
  const rows = await place.query(
    "select contact, code, state from code_requests where tenant_id = $tenant",
  );
  expect(rows).toEqual([{ contact: null, code: null, state: "failed" }]);
  expect(await place.query("select contact from sender_tests where tenant_id = $tenant")).toEqual([
    { contact: null },
  ]);
});

describe("nobody but the guest", () => {
  test("has somebody forgotten: a box's word about another branch's guest is not taken", async () => {
    const other = await place.addBox("Tây Hồ");
    const lan = place.box.signIn({ phone: PHONE, name: "Tuyết Lan", at: before(60) });
    await place.push(lan.events);
    const said = { requestId: randomUUID(), nasId: NAS_ID, language: "vi" } as const;
    const { guestId, deviceId } = lan;
    await place.push(
      [
        deletion(lan, NOW, other),
        other.write("guest.copy-requested", { guestId, deviceId, ...said }, NOW),
      ],
      other,
    );
    expect(await listCustomers()).toMatchObject([{ phone: PHONE }]);
    expect(await place.query("select 1 from guest_requests where tenant_id = $tenant")).toEqual([]);
    await place.push([deletion(lan)]);
    expect(await listCustomers()).toMatchObject([{ phone: null }]);
  });

  test("is known by a device's address once they are forgotten, late or when the phone is back", async () => {
    const mac = "AC-00-5E-00-53-42";
    const lan = place.box.signIn({ phone: PHONE, mac, at: before(60) });
    const visit = { ...lan, startedAt: before(59), endedAt: before(50) };
    await place.push([...lan.events, ...place.box.visit(visit).events, deletion(lan, before(40))]);
    expect(await place.countRowsWith(mac.toLowerCase())).toBe(0);
    const seen = { deviceId: lan.deviceId, mac, randomised: false, nasId: NAS_ID } as const;
    for (const at of [before(55), NOW])
      await place.push([place.box.write("device.seen", { ...seen, by: "radius" }, at)]);
    expect(await place.countRowsWith(mac.toLowerCase())).toBe(0);
  });
});

test("a consent that was taken back stays so, though the giving of it is told late or twice", async () => {
  const lan = place.box.signIn({ phone: PHONE, at: before(60) });
  const { guestId, deviceId } = lan;
  const words = { purpose: "marketing", textVersion: 1, textSha256: "a".repeat(64) } as const;
  const act = {
    ...words,
    guestId,
    deviceId,
    nasId: NAS_ID,
    language: "vi",
    method: "portal",
  } as const;
  const given = place.box.write("consent.given", { consentId: newId(), ...act }, before(50));
  const taken = place.box.write("consent.withdrawn", { consentId: newId(), ...act }, before(40));
  await place.push([...lan.events, taken]);
  await place.push([given]);
  await place.push([given, taken]);
  const [customer] = await listCustomers();
  const acts = await cloud.database.inTenant(place.tenantId, (tx) =>
    listConsents(tx, customer?.id ?? ""),
  );
  expect(acts.map((each) => each.given)).toEqual([false, true]);
});
