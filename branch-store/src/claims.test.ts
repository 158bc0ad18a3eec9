import { describe, expect, test } from "vitest";
import { NAS, openTestStore, POLICY, report, signIn, type TestStore } from "../test/store.ts";
import { HANGS_ON_DEVICE } from "./claims.ts";
import {
  CLAIMS_MAX,
  describeDevice,
  findDevice,
  findDeviceByMac,
  issueTicket,
  keepSurveyAnswer,
  linkDevice,
  seeDevice,
  startSession,
  useTicket,
} from "./index.ts";

const AT_ONCE = 100;
const macOf = (at: number) =>
  `02-00-00-00-${[at >> 8, at & 255].map((octet) => octet.toString(16).padStart(2, "0")).join("-")}`.toUpperCase();

/** Pages whose guests claim `count` MACs that nobody has seen before, from number `from` on. */
function claim(store: TestStore, { from = 0, count = 1, isTold = true } = {}) {
  return store.transaction((tx) =>
    Array.from({ length: count }, (_, at) =>
      seeDevice(tx, {
        ...{ mac: macOf(from + at), nasId: NAS, by: "portal" },
        claim: isTold ? "told" : "untold",
      }),
    ),
  );
}

const countDevices = (store: TestStore) =>
  store.read((tx) => tx.sql("select count(*) from devices").get() as Record<string, number>)[
    "count(*)"
  ];
const idOf = (store: TestStore, at: number) =>
  store.read((tx) => findDeviceByMac(tx, macOf(at)))?.id ?? null;

describe("devices that nobody vouches for", () => {
  test("are kept up to a bound, and beyond it the oldest are forgotten, some at once", () => {
    const store = openTestStore();
    claim(store, { count: CLAIMS_MAX + AT_ONCE - 1, isTold: false });
    expect(countDevices(store)).toBe(CLAIMS_MAX + AT_ONCE - 1);
    claim(store, { from: CLAIMS_MAX + AT_ONCE - 1 });
    expect(countDevices(store)).toBe(CLAIMS_MAX);
    expect([0, AT_ONCE - 1].map((at) => idOf(store, at))).toEqual([null, null]);
    expect(idOf(store, AT_ONCE)).not.toBeNull();
    claim(store, { from: 10_000, count: 10_000, isTold: false });
    expect(countDevices(store)).toBeLessThan(CLAIMS_MAX + AT_ONCE);
  });

  test("stay where anything hangs on them, or somebody has vouched for them since", () => {
    const store = openTestStore();
    const [ticketed, online, seen, forgotten] = claim(store, { count: 4 });
    const { guest, device } = signIn(store, { proved: false });
    store.transaction((tx) => {
      const { id: deviceId, mac } = ticketed as { id: string; mac: string };
      const ticket = { nasId: NAS, deviceId, guestId: guest.id, policyId: POLICY, mac };
      issueTicket(tx, { ...ticket, method: "phone-code", endsAt: null, accessCodeId: null });
      startSession(tx, report(store, "s-1", online?.mac));
      seeDevice(tx, { mac: seen?.mac ?? "", nasId: NAS, by: "radius" });
    });
    claim(store, { from: 100, count: CLAIMS_MAX + 2 * AT_ONCE, isTold: false });
    const isHere = (each: { id: string } | undefined) =>
      store.read((tx) => findDevice(tx, each?.id ?? "")) !== null;
    expect([ticketed, online, seen, device].map(isHere)).toEqual([true, true, true, true]);
    expect(isHere(forgotten)).toBe(false);
  });

  test("are told of once somebody vouches for them, where the cloud has not heard yet", () => {
    const store = openTestStore();
    const [told, untold] = [claim(store), claim(store, { from: 1, isTold: false })].flat();
    store.transaction((tx) => {
      for (const each of [told, untold])
        describeDevice(tx, each as never, { system: "ios", form: "phone", isProved: false });
    });
    const seen = () => store.listEvents("device.seen").map(({ payload }) => payload.deviceId);
    expect(seen()).toEqual([told?.id]);
    expect(store.listEvents("device.described")).toHaveLength(1);
    store.transaction((tx) => startSession(tx, report(store, "s-2", untold?.mac)));
    store.transaction((tx) => seeDevice(tx, { mac: macOf(1), nasId: NAS, by: "radius" }));
    expect(seen()).toEqual([told?.id, untold?.id]);
    const described = { deviceId: untold?.id, system: "ios", form: "phone" };
    expect(store.listEvents("device.described").at(-1)?.payload).toEqual(described);
    expect(store.listEvents("device.described")).toHaveLength(2);
  });

  test.each([
    ["an access code's", "access-code"],
    ["their guest's own", "click-through"],
  ] as const)("are vouched for by the ticket that their NAS asks with: %s", (_, method) => {
    const store = openTestStore();
    const [device] = claim(store, { isTold: false });
    const { guest } = signIn(store, { proved: false });
    const { id: deviceId = "", mac = "" } = device ?? {};
    store.transaction((tx) => linkDevice(tx, { deviceId, guestId: guest.id }));
    const grantee = { nasId: NAS, deviceId, guestId: guest.id, policyId: POLICY, mac };
    const { username } = store.transaction((tx) =>
      issueTicket(tx, { ...grantee, method, endsAt: null, accessCodeId: null }),
    );
    const spend = { username, nasId: NAS, mac, requestKey: "r" };
    store.transaction((tx) => useTicket(tx, spend));
    expect(store.listEvents("device.seen").map(({ payload }) => payload)).toContainEqual(
      expect.objectContaining({ deviceId, mac, by: "radius" }),
    );
    expect(store.read((tx) => findDevice(tx, deviceId)?.isClaim)).toBe(false);
  });

  test("may be forgotten while their survey lies open, and the answer is kept", () => {
    const store = openTestStore();
    const { kind } = store.transaction((tx) => {
      const ids = { answerId: tx.newId(), surveyId: tx.newId(), deviceId: tx.newId() };
      return keepSurveyAnswer(tx, { ...ids, guestId: null, by: "guest" } as never);
    });
    expect(kind).toBe("kept");
  });

  test("are held by whatever the schema lets hang on a device, and asked for by an index", () => {
    const store = openTestStore();
    const hanging = store.read((tx) =>
      tx
        .sql(
          `select m.name from sqlite_schema m join pragma_foreign_key_list(m.name) f
           where m.type = 'table' and f."table" = 'devices'`,
        )
        .all(),
    ) as { name: string }[];
    expect(hanging.length).toBeGreaterThan(8);
    for (const { name } of hanging) expect(HANGS_ON_DEVICE).toContain(name);
    for (const table of HANGS_ON_DEVICE) {
      const plan = store.read((tx) =>
        tx.sql(`explain query plan select 1 from ${table} where device_id = +?`).all("x"),
      ) as { detail: string }[];
      expect(plan.map(({ detail }) => detail).join(), table).toContain("SEARCH");
    }
  });
});
