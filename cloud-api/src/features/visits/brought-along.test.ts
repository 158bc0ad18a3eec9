import { expect, test } from "vitest";
import { askUntil } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { POSITIONS_BEHIND_MAX } from "./known-guests.ts";

const company = openTwoBranches();
const SETTINGS = 99;

test("a box of whose guests nobody changed for a while is brought along, after the settings it waits for", async () => {
  const { box, other } = company;
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push(lan.events);
  const told = await askUntil(
    () => box.pull({ settings: SETTINGS }),
    (reply) => reply?.knownGuests?.guests.length === 1,
  );
  const guests = told?.knownGuests?.position ?? 0;
  const starts = Array.from({ length: POSITIONS_BEHIND_MAX + 1 }, () =>
    other.write("box.started", { release: "0.1.0", settingsVersion: 0 }),
  );
  await other.push(starts);
  const along = await askUntil(
    () => box.pull({ settings: SETTINGS, guests, epoch: box.epoch }),
    (reply) => reply?.knownGuests != null,
  );
  expect(along?.knownGuests).toMatchObject({
    ...{ complete: false, guests: [], removed: [], key: told?.knownGuests?.key },
    countedThrough: { epoch: box.epoch, seq: lan.events.length },
  });
  const { position = 0 } = along?.knownGuests ?? {};
  expect(position).toBeGreaterThan(guests + POSITIONS_BEHIND_MAX);
  // Nobody it holds has changed since: what it is told next begins there.
  expect(await box.pull({ settings: SETTINGS, guests: position })).toBeNull();
  const first = await box.pull({ settings: 0, guests });
  expect(first).toMatchObject({ settings: { version: 1 }, knownGuests: null });
});
