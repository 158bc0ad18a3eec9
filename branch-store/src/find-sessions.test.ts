import { expect, test } from "vitest";
import { MAC, NAS, OTHER_MAC, openTestStore, see } from "../test/store.ts";
import {
  endSession,
  findLastSessionOnNas,
  findSessionOfNas,
  listOpenSessionsOfNas,
  startSession,
} from "./index.ts";

const OTHER_NAS = "01990000-0000-7000-8000-000000000011";

test("the sessions of a NAS are found by its own id, by device, and by whether they go on", () => {
  const store = openTestStore();
  const deviceId = see(store).id;
  const start = (nasId: string, acctSessionId: string, mac = MAC) =>
    store.transaction((tx) => startSession(tx, { nasId, acctSessionId, mac, at: tx.now }));
  const first = start(NAS, "s-1");
  store.advance(60);
  store.transaction((tx) =>
    endSession(tx, {
      nasId: NAS,
      acctSessionId: "s-1",
      mac: MAC,
      at: tx.now,
      cause: "User-Request",
    }),
  );
  store.advance(60);
  const again = start(NAS, "s-1");
  const other = start(NAS, "s-2", OTHER_MAC);
  store.advance(60);
  const elsewhere = start(OTHER_NAS, "s-1");
  store.read((tx) => {
    expect(again.id).not.toBe(first.id);
    const named = { acctSessionId: "s-1", deviceId };
    expect(findSessionOfNas(tx, { ...named, nasId: NAS })?.id).toBe(again.id);
    expect(findSessionOfNas(tx, { ...named, nasId: OTHER_NAS })?.id).toBe(elsewhere.id);
    expect(findSessionOfNas(tx, { ...named, nasId: NAS, acctSessionId: "s-2" })).toBeNull();
    // It went on at the other NAS, which ended it here.
    expect(findLastSessionOnNas(tx, { nasId: NAS, deviceId })).toMatchObject({
      ...{ id: again.id, cause: "Superseded" },
    });
    expect(listOpenSessionsOfNas(tx, NAS).map(({ id }) => id)).toEqual([other.id]);
    expect(listOpenSessionsOfNas(tx, OTHER_NAS).map(({ id }) => id)).toEqual([elsewhere.id]);
  });
});
