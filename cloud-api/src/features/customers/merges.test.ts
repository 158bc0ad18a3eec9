import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPeople, STAFF_ID, type TestPeople } from "../../../test/open-test-people.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { listRows, sql } from "../../platform/db.ts";
import { listSuggestions } from "./claim-queries.ts";
import { editCustomer } from "./edits.ts";
import { listMerges } from "./merge-queries.ts";
import { askToMerge, askToUndo } from "./merges.ts";
import { listConsents, listFields } from "./page-queries.ts";

let cloud: TestCloud;
let people: TestPeople;

beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  people = await openTestPeople(cloud);
});
afterAll(() => cloud?.close());

const HOUR = 3_600_000;
const LAN = "+84912345678";
const MINH = "+84987654321";
const hoursAgo = (hours: number) => new Date(cloud.clock().getTime() - hours * HOUR);
const edited = { by: "staff" as const, staffId: STAFF_ID };

/** Somebody who signs in by a number and stays an hour, so long ago. */
async function comes(phone: string, name: string, hours: number) {
  const guest = people.box.signIn({ phone, name, at: hoursAgo(hours) });
  const [startedAt, endedAt] = [hoursAgo(hours), hoursAgo(hours - 1)];
  await people.tell([
    ...guest.events,
    ...people.box.visit({ ...guest, startedAt, endedAt }).events,
  ]);
  return { ...guest, customerId: await people.customerOf(guest.guestId) };
}
const mergeAsked = (keptId: string, goneId: string) =>
  people.ask(async (tx) => (await askToMerge(tx, { keptId, goneId, staffId: STAFF_ID })).events);
async function merge(keptId: string, goneId: string): Promise<void> {
  await mergeAsked(keptId, goneId);
  await people.follow();
}
const merges = () => people.read((tx) => listMerges(tx, { customerId: null, limit: 100 }));
async function undoLast(): Promise<void> {
  const [last] = await merges();
  await people.change((tx) => askToUndo(tx, { mergeId: last?.id ?? "", staffId: STAFF_ID }));
}
type Row = { id: string; name: string | null; phone: string | null; visits: number };
const customers = () =>
  people.read((tx) =>
    listRows(
      tx,
      sql<Row>`select id, name, phone, visits from customers
        where tenant_id = ${people.tenantId} and merged_into is null order by source_at, id`,
    ),
  );
const visitNumbers = (customerId: string) =>
  people.read(async (tx) =>
    (
      await listRows(
        tx,
        sql<{ number: number }>`select number from visits
          where tenant_id = ${people.tenantId} and customer_id = ${customerId} order by started_at`,
      )
    ).map(({ number }) => number),
  );
const consentsOf = (customerId: string) => people.read((tx) => listConsents(tx, customerId));

describe("two records that staff make one", () => {
  test("keep both histories, and visits are numbered without gaps", async () => {
    const minh = await comes(MINH, "Minh", 40);
    const lan = await comes(LAN, "Lan", 30);
    await comes(MINH, "Minh", 20);
    expect(await visitNumbers(minh.customerId)).toEqual([1, 2]);
    await merge(lan.customerId, minh.customerId);
    expect(await customers()).toMatchObject([{ id: lan.customerId, visits: 3 }]);
    expect(await visitNumbers(lan.customerId)).toEqual([1, 2, 3]);
    expect(await visitNumbers(minh.customerId)).toEqual([]);
    expect(await people.customerOf(minh.guestId)).toBe(lan.customerId);
    const types = await people.read((tx) =>
      listRows(
        tx,
        sql<{ type: string }>`select type from events
          where tenant_id = ${people.tenantId} and type like 'customer.merge%' order by position`,
      ),
    );
    expect(types.map(({ type }) => type)).toEqual(["customer.merge-asked", "customer.merged"]);
  });

  test("say what the one that stays had said, though the other had said it later", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    const told = { customerId: minh.customerId, values: { address: "12 Tràng Tiền" } };
    await people.change((tx) => editCustomer(tx, { ...told, ...edited }));
    await merge(lan.customerId, minh.customerId);
    const said = async () => {
      const fields = await people.read((tx) => listFields(tx, lan.customerId));
      return new Map(fields.map((each) => [each.field, each]));
    };
    const fields = await said();
    expect(fields.get("name")).toMatchObject({ value: "Lan", givenBy: "guest" });
    // It was said when it was said, whatever came of it since.
    expect(fields.get("name")?.givenAt.getTime()).toBeLessThan(hoursAgo(29).getTime());
    expect(fields.get("phone")?.value).toBe(LAN);
    expect(fields.get("address")?.value).toBe("12 Tràng Tiền");
    const later = { customerId: lan.customerId, values: { name: "Lan Anh" } };
    await people.change((tx) => editCustomer(tx, { ...later, ...edited }));
    expect((await said()).get("name")?.value).toBe("Lan Anh");
  });

  test("either number signs in as the one they are from then on", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    await merge(lan.customerId, minh.customerId);
    await comes(MINH, "Minh", 3);
    await comes(LAN, "Lan", 2);
    expect(await customers()).toMatchObject([{ id: lan.customerId, phone: LAN, visits: 4 }]);
    const recognised = uuidv7();
    const proof = { deviceId: lan.deviceId, nasId: NAS_ID, proof: "signed-hand-off" as const };
    // A box that has not heard of the merge knows them by the record that is gone.
    const told = { guestId: recognised, customerId: minh.customerId, ...proof };
    await people.tell([people.box.write("guest.recognised", told)]);
    expect(await people.customerOf(recognised)).toBe(lan.customerId);
    await undoLast();
    expect(await people.customerOf(recognised)).toBe(minh.customerId);
    expect(await customers()).toMatchObject([
      { id: lan.customerId, visits: 2 },
      { id: minh.customerId, phone: MINH, visits: 2 },
    ]);
  });

  test.each([
    ["taken back by the one who goes", false],
    ["taken back by the one who stays", true],
  ])("what was %s is taken back, until it is given anew", async (_, isKept) => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    const [strict, willing] = isKept ? [lan, minh] : [minh, lan];
    const marketing = (guestId: string, given: boolean, hours: number) =>
      people.consent(guestId, { purpose: "marketing", given, at: hoursAgo(hours) });
    await people.tell([
      marketing(strict.guestId, false, 15),
      marketing(willing.guestId, true, 10),
      people.consent(willing.guestId, { purpose: "ads", given: true, at: hoursAgo(10) }),
    ]);
    await merge(lan.customerId, minh.customerId);
    const last = async () => {
      const acts = await consentsOf(lan.customerId);
      const of = (purpose: string) => acts.find((act) => act.purpose === purpose)?.given;
      return { marketing: of("marketing"), ads: of("ads") };
    };
    expect(await last()).toEqual({ marketing: false, ads: true });
    await people.tell([marketing(minh.guestId, true, -1)]);
    expect(await last()).toEqual({ marketing: true, ads: true });
    await undoLast();
    expect((await consentsOf(strict.customerId)).some(({ given }) => !given)).toBe(true);
    expect((await consentsOf(willing.customerId)).every(({ given }) => given)).toBe(true);
  });

  test("what was taken back of messages is taken back channel by channel, and no other channel with it", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    const by = (guestId: string, hours: number, about: Partial<{ channel: "sms" | "zalo" }>) =>
      people.consent(guestId, { purpose: "marketing", given: true, at: hoursAgo(hours), ...about });
    const takenBack = { purpose: "marketing", given: false } as const;
    await people.tell([
      by(lan.guestId, 15, {}),
      by(minh.guestId, 14, { channel: "sms" }),
      people.consent(minh.guestId, { ...takenBack, channel: "zalo", at: hoursAgo(13) }),
      people.consent(minh.guestId, { ...takenBack, channel: "sms", at: hoursAgo(12) }),
      by(minh.guestId, 11, { channel: "sms" }),
    ]);
    await merge(lan.customerId, minh.customerId);
    const last = async () => {
      const acts = await consentsOf(lan.customerId);
      const of = (channel: string) =>
        acts.find((act) => act.channel === null || act.channel === channel)?.given;
      return { sms: of("sms"), zalo: of("zalo"), email: of("email") };
    };
    expect(await last()).toEqual({ sms: true, zalo: false, email: true });
    expect((await consentsOf(lan.customerId)).filter(({ given }) => !given)).toHaveLength(3);
    await people.tell([by(lan.guestId, -1, { channel: "zalo" })]);
    expect(await last()).toEqual({ sms: true, zalo: true, email: true });
  });

  test("a word from before the merge that is told after it counts as if it had been known", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    const act = (guestId: string, given: boolean, hours: number) =>
      people.consent(guestId, { purpose: "marketing", given, at: hoursAgo(hours) });
    await people.tell([act(lan.guestId, true, 5)]);
    await merge(lan.customerId, minh.customerId);
    await people.tell([act(minh.guestId, false, 8)]);
    expect((await consentsOf(lan.customerId))[0]).toMatchObject({ given: false });
  });

  test("are two again when it is undone, for thirty days, and are not suggested again", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    const code = { customerId: minh.customerId, values: { name: "Minh Anh" } };
    await people.change((tx) => editCustomer(tx, { ...code, ...edited }));
    await merge(lan.customerId, minh.customerId);
    await undoLast();
    expect(await customers()).toMatchObject([
      { id: lan.customerId, name: "Lan", phone: LAN, visits: 1 },
      { id: minh.customerId, name: "Minh Anh", phone: MINH, visits: 1 },
    ]);
    expect((await merges())[0]).toMatchObject({ state: "parted" });
    expect(await people.read((tx) => listSuggestions(tx, 10))).toEqual([]);
    await expect(undoLast()).rejects.toThrow("undone already");
    await merge(lan.customerId, minh.customerId);
    cloud.passSeconds(31 * 24 * 3600);
    await expect(undoLast()).rejects.toThrow("too long ago");
    cloud.passSeconds(-31 * 24 * 3600);
  });

  test("whoever came since by the number that is given back goes with it", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    await merge(lan.customerId, minh.customerId);
    const [again, other] = [await comes(MINH, "Minh", 3), await comes(LAN, "Lan", 2)];
    await undoLast();
    expect(await people.customerOf(again.guestId)).toBe(minh.customerId);
    expect(await people.customerOf(other.guestId)).toBe(lan.customerId);
    expect(await visitNumbers(minh.customerId)).toEqual([1, 2]);
  });
});

describe("merges that meet something else", () => {
  test("of two that cross, the first in the log is done and the other is refused", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    await mergeAsked(lan.customerId, minh.customerId);
    await mergeAsked(minh.customerId, lan.customerId);
    await people.follow();
    expect(await customers()).toMatchObject([{ id: lan.customerId, visits: 2 }]);
    const states = (await merges()).map(({ state, reason }) => [state, reason]);
    expect(states.toSorted()).toEqual([
      ["merged", null],
      ["refused", "merged-before"],
    ]);
  });

  test("a chain of them is undone from its end alone", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    const mai = await comes("+84911111111", "Mai", 10);
    await merge(minh.customerId, mai.customerId);
    await merge(lan.customerId, minh.customerId);
    expect(await customers()).toMatchObject([{ id: lan.customerId, visits: 3 }]);
    const [last, first] = await merges();
    const undo = (mergeId: string) =>
      people.change((tx) => askToUndo(tx, { mergeId, staffId: STAFF_ID }));
    await undo(first?.id ?? "");
    expect((await merges())[1]).toMatchObject({ state: "merged", reason: "merged-on" });
    await undo(last?.id ?? "");
    await undo(first?.id ?? "");
    expect(await customers()).toMatchObject([
      { id: lan.customerId, visits: 1 },
      { id: minh.customerId, visits: 1 },
      { id: mai.customerId, visits: 1 },
    ]);
  });

  test("an event of the record that goes, between the asking and the merging, is of the one that stays", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    await mergeAsked(lan.customerId, minh.customerId);
    // Staff write into the record before the log has come to the merge.
    const written = { customerId: minh.customerId, values: { address: "12 Tràng Tiền" } };
    await people.ask((tx) => editCustomer(tx, { ...written, ...edited }));
    await comes(MINH, "Minh", 3);
    const fields = await people.read((tx) => listFields(tx, lan.customerId));
    expect(fields.find(({ field }) => field === "address")?.value).toBe("12 Tràng Tiền");
    expect(await customers()).toMatchObject([{ id: lan.customerId, visits: 3 }]);
    await undoLast();
    const back = await people.read((tx) => listFields(tx, minh.customerId));
    expect(back.find(({ field }) => field === "address")?.value).toBe("12 Tràng Tiền");
  });

  test("who asked to be forgotten first is not merged; who asks after it takes both records along", async () => {
    const forget = (guest: { guestId: string; deviceId: string }) => {
      const { guestId, deviceId } = guest;
      const asked = { requestId: uuidv7(), guestId, deviceId, nasId: NAS_ID };
      return people.box.write("guest.deletion-requested", { ...asked, language: "vi" });
    };
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    await mergeAsked(lan.customerId, minh.customerId);
    const mai = await comes("+84911111111", "Mai", 10);
    await people.tell([forget(mai)]);
    await expect(mergeAsked(lan.customerId, mai.customerId)).rejects.toThrow("forgotten");
    await people.tell([forget(minh)]);
    for (const { customerId } of [lan, minh])
      expect(await people.read((tx) => listFields(tx, customerId))).toEqual([]);
    await undoLast();
    const [last] = (await merges()).filter(({ goneId }) => goneId === minh.customerId);
    expect(last).toMatchObject({ state: "merged", reason: "forgotten" });
  });

  test("an erasure that stands before the merge in the log wins over it", async () => {
    const lan = await comes(LAN, "Lan", 30);
    const minh = await comes(MINH, "Minh", 20);
    await people.ask(async (tx) => {
      const { events } = await askToMerge(tx, {
        ...{ keptId: lan.customerId, goneId: minh.customerId, staffId: STAFF_ID },
      });
      // As if the box had told of it while the merge was being asked for.
      const { guestId, deviceId } = minh;
      const payload = { requestId: uuidv7(), guestId, deviceId, nasId: NAS_ID, language: "vi" };
      const { boxId, branchId, epoch } = people.box;
      const erasure = { id: uuidv7(), type: "guest.deletion-requested", version: 1, branchId };
      const origin = { boxId, epoch, seq: 9999 };
      return [{ ...erasure, occurredAt: cloud.clock(), origin, payload, personal: {} }, ...events];
    });
    await people.follow();
    expect((await merges())[0]).toMatchObject({ state: "refused", reason: "forgotten" });
    expect(await customers()).toMatchObject([{ name: "Lan" }, { name: null }]);
  });
});

describe("two records that the machine makes one", () => {
  const proves = (ids: { guestId: string; deviceId: string }, what: object, hours: number) =>
    people.box.write("guest.verified", { ...ids, method: "code", ...what }, hoursAgo(hours));
  const ids = () => ({ guestId: uuidv7(), deviceId: uuidv7() });

  test("are those whose address and number one guest has proved, with all that either had", async () => {
    const [first, second] = [ids(), ids()];
    await people.tell([proves(first, { email: "lan@example.test" }, 30)]);
    const byEmail = await people.customerOf(first.guestId);
    await people.tell([
      proves(second, { phone: LAN }, 20),
      proves(second, { email: "lan@example.test" }, 19),
    ]);
    const lan = await people.customerOf(second.guestId);
    expect(await people.customerOf(first.guestId)).toBe(lan);
    expect(byEmail).not.toBe(lan);
    expect(await customers()).toMatchObject([{ id: lan, phone: LAN }]);
    expect(await merges()).toMatchObject([{ state: "merged", staffId: null, goneId: byEmail }]);
    await undoLast();
    expect(await people.customerOf(first.guestId)).toBe(byEmail);
  });

  test("are never two that have a number each: they are suggested", async () => {
    const [first, second] = [ids(), ids()];
    await people.tell([
      proves(first, { phone: LAN }, 30),
      proves(first, { email: "lan@example.test" }, 29),
      proves(second, { phone: MINH }, 20),
      proves(second, { email: "lan@example.test" }, 19),
    ]);
    expect(await customers()).toMatchObject([{ phone: LAN }, { phone: MINH }]);
    expect(await merges()).toEqual([]);
    expect(await people.read((tx) => listSuggestions(tx, 10))).toMatchObject([
      { kinds: ["email"] },
    ]);
  });
});
