import { expect, test } from "vitest";
import { known, tell } from "../test/known.ts";
import { openTestStore, signIn } from "../test/store.ts";
import { acknowledge, findEpoch, findLastSeq } from "./index.ts";
import { enterVisit, isCountedVisit } from "./visits.ts";

test("a visit counts with the cloud once its number of visits stands where the visit does, or above", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const guestId = guest.id;
  const id = store.transaction((tx) =>
    enterVisit(tx, { deviceId: device.id, guestId, source: "wifi", at: tx.now }),
  );
  const to = store.read(findLastSeq);
  store.transaction((tx) =>
    acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: 1, to, position: 101 }] }),
  );
  const isCounted = () => store.read((tx) => isCountedVisit(tx, { id, guestId }));
  const told = known({ guestIds: [guestId], visits: 1 });
  tell(store, [told], { position: 100 });
  expect(isCounted()).toBe(false);
  // A later page of a fill goes on from where the first one stood, and is counted further.
  tell(store, [told], { position: 100, countedPosition: 100 + to });
  expect(isCounted()).toBe(true);
});
