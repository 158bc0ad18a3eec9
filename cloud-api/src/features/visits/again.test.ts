import { expect, test } from "vitest";
import { askUntil } from "../../../test/open-test-site.ts";
import { openVisits } from "../../../test/open-visits.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const company = openVisits();
const { ago, halfHour, lan, list, listed, overview } = company;

test("the list of returning customers leaves out whoever came for the first time that day", async () => {
  const { events, ids } = lan();
  const hung = company.box.signIn({ phone: "+84987654321", name: "Hùng", at: ago(3 * DAY) });
  await company.box.push([
    ...events,
    ...halfHour(ids, 120 * MINUTE),
    ...halfHour(ids, 60 * MINUTE),
    ...hung.events,
    ...halfHour(hung, 3 * DAY),
    ...halfHour(hung, 2 * DAY),
    ...halfHour(hung, 90 * MINUTE),
  ]);
  await listed(5);
  for (const branch of ["", `&branchId=${company.branchId}`]) {
    const days = [
      ["2026-03-10", ["Hùng"]],
      ["2026-03-08", ["Hùng"]],
      ["2026-03-07", []],
    ] as const;
    const counted = await overview(branch.replace("&", "?"));
    for (const [day, names] of days) {
      const { visits } = await list(`?from=${day}&to=${day}&kind=returning${branch}`);
      expect(visits.map(({ customerName }) => customerName)).toEqual(names);
      const count = counted.days.find((each) => each.day === day)?.returningCustomers;
      expect(count).toBe(names.length);
    }
    expect(counted.today.returningCustomers).toBe(1);
  }
});

test("a visit that was taken up again is here now from the session that goes on, until it ends again, in any order", async () => {
  const { events, ids } = lan();
  const startedAt = ago(90 * MINUTE);
  const first = company.box.visit({ ...ids, startedAt, endedAt: ago(60 * MINUTE) });
  const { visitId } = first;
  const again = { visitId, ...ids, sessionId: newId(), nasId: NAS_ID };
  const taken = company.box.write("session.started", again, ago(50 * MINUTE));
  const usage = { connectedSeconds: 60, uploadBytes: 1, downloadBytes: 1 };
  const span = { startedAt: startedAt.toISOString(), endedAt: ago(20 * MINUTE).toISOString() };
  const left = { visitId, ...ids, ...span, sessions: 2, ...usage };
  const endedAgain = company.box.write("visit.ended", left, ago(20 * MINUTE));
  // The end that was told first arrives after the session that took the visit up.
  const end = first.events.at(-1);
  await company.box.push([...events, ...first.events.slice(0, -1), taken, ...(end ? [end] : [])]);
  const here = await askUntil(
    () => list("?open=true"),
    ({ total }) => total === 1,
  );
  expect(here.visits).toMatchObject([{ id: visitId, hereNow: true, endedAt: null }]);
  await company.box.push([endedAgain]);
  await listed(0, "?open=true");
  const { visits } = await list();
  expect(visits).toMatchObject([{ id: visitId, hereNow: false, endedAt: span.endedAt }]);
});

test("a session that the box took for dead brings its visit back when its NAS tells of it again", async () => {
  const { events, ids } = lan();
  const { visitId, sessionId, ...rest } = company.box.visit({
    ...ids,
    startedAt: ago(90 * MINUTE),
    endedAt: null,
  });
  const usage = { connectedSeconds: 60, uploadBytes: 1, downloadBytes: 1 };
  const span = {
    startedAt: ago(90 * MINUTE).toISOString(),
    endedAt: ago(60 * MINUTE).toISOString(),
  };
  const over = { sessionId, visitId, ...span, cause: "Lost-Contact", ...usage };
  const story = [
    ...events,
    ...rest.events,
    company.box.write("session.ended", over, ago(60 * MINUTE)),
    company.box.write(
      "visit.ended",
      { visitId, ...ids, ...span, sessions: 1, ...usage },
      ago(50 * MINUTE),
    ),
  ];
  const onwards = { sessionId, visitId, ...usage, connectedSeconds: 4800 };
  const told = company.box.write("session.updated", onwards, ago(10 * MINUTE));
  await company.box.push([...story.slice(0, -2), told, ...story.slice(-2)]);
  const { visits } = await listed(1, "?open=true");
  expect(visits).toMatchObject([{ id: visitId, hereNow: true, endedAt: null }]);
  const stop = { ...over, cause: "User-Request", endedAt: ago(MINUTE).toISOString() };
  await company.box.push([company.box.write("session.ended", stop, ago(MINUTE))]);
  await listed(0, "?open=true");
});
