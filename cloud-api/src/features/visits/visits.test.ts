import type { Static } from "typebox";
import { describe, expect, test } from "vitest";
import { askUntil } from "../../../test/open-test-site.ts";
import { openVisits } from "../../../test/open-visits.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CustomerListReply, CustomerReply } from "../customers/index.ts";
import type { VisitListReply } from "./schema.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const company = openVisits();
const { ago, halfHour, lan, list, listed, overview } = company;
const customers = () => company.staff.get<CustomerListReply>("/api/v1/customers");

describe("a customer's visits", () => {
  test("part of MC-2.1: the page shows fields, every visit with start, end, branch and device, and the days since the last", async () => {
    const mac = "00-11-22-33-44-55";
    const guest = { phone: "+84912345678", name: "Lan", mac, at: ago(9 * DAY) };
    const { events, guestId, deviceId } = company.box.signIn(guest);
    const ids = { guestId, deviceId };
    await company.box.push([...events, ...halfHour(ids, 9 * DAY), ...halfHour(ids, 3 * DAY)]);
    await listed(2);
    const id = (await customers()).customers[0]?.id ?? "";
    const page = await company.staff.get<CustomerReply>(`/api/v1/customers/${id}`);
    expect(page).toMatchObject({
      name: "Lan",
      visits: 2,
      lastVisitAt: ago(3 * DAY).toISOString(),
      daysSinceLastVisit: 3,
      devices: [{ id: deviceId, mac }],
    });
    expect(page.fields.map(({ field }) => field)).toEqual(["language", "name", "phone"]);
    const every = await company.staff.get<Static<typeof VisitListReply>>(
      `/api/v1/customers/${id}/visits`,
    );
    const place = {
      branchId: company.branchId,
      branchName: "Hồ Gươm",
      deviceId,
      deviceMac: mac,
      source: "wifi",
    };
    const used = { connectedSeconds: 1800, uploadBytes: 1000, downloadBytes: 20_000 };
    const visit = (number: number, before: number) => ({
      id: expect.any(String),
      customerId: id,
      customerName: "Lan",
      isCustomer: true,
      customerPhone: "+84912345678",
      number,
      numberAtBranch: number,
      ...place,
      startedAt: ago(before).toISOString(),
      endedAt: ago(before - 30 * MINUTE).toISOString(),
      hereNow: false,
      ...used,
    });
    expect(every).toEqual({
      visits: [visit(2, 3 * DAY), visit(1, 9 * DAY)],
      nextCursor: null,
      total: 2,
    });
  });

  test("visits are numbered without gaps, everywhere and per branch, in whatever order they come", async () => {
    const other = await company.staff.addBox(
      (await company.staff.addBranch({ name: "Tây Hồ" })).id,
    );
    const here = lan();
    const there = other.signIn({ phone: "+84912345678", name: "Lan", at: ago(20 * DAY) });
    const visitThere = (before: number) =>
      other.visit({ ...there, startedAt: ago(before), endedAt: null }).events;
    await company.box.push([...here.events, ...halfHour(here.ids, 2 * DAY)]);
    await other.push([...there.events, ...visitThere(4 * DAY)]);
    await company.box.push(halfHour(here.ids, 8 * DAY));
    await other.push(visitThere(1 * DAY));
    await company.box.push(halfHour(here.ids, 6 * DAY));
    const { visits } = await askUntil(list, ({ visits }) => visits[0]?.number === 5);
    expect(
      visits.map(({ number, branchName, numberAtBranch }) => [number, branchName, numberAtBranch]),
    ).toEqual([
      [5, "Tây Hồ", 2],
      [4, "Hồ Gươm", 3],
      [3, "Tây Hồ", 1],
      [2, "Hồ Gươm", 2],
      [1, "Hồ Gươm", 1],
    ]);
    expect((await customers()).customers[0]).toMatchObject({ visits: 5 });
  });

  test("the events of a visit give the same record in every order, told twice", async () => {
    const { events, ids } = lan();
    const story = [...events, ...halfHour(ids, 60 * MINUTE)];
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.info(`seed ${seed}`);
    const shuffled = [...story, ...story]
      .map((event, index) => ({ event, rank: Math.sin(seed + index * 7919) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ event }) => event);
    for (const event of shuffled) await company.box.push([event]);
    const isWhole = ({ visits: [first] }: Awaited<ReturnType<typeof list>>) =>
      first?.number === 1 && first.endedAt !== null;
    const { visits } = await askUntil(list, isWhole);
    expect(visits).toMatchObject([
      {
        number: 1,
        numberAtBranch: 1,
        connectedSeconds: 1800,
        downloadBytes: 20_000,
        source: "wifi",
      },
    ]);
    expect(visits[0]?.endedAt).toBe(ago(30 * MINUTE).toISOString());
    expect((await overview()).hereNow.total).toBe(0);
  });

  test("visits of a guest who is known later become their customer's, numbered by their start", async () => {
    const { events, ids } = lan(ago(MINUTE));
    await company.box.push([...halfHour(ids, 5 * DAY), ...halfHour(ids, 4 * DAY)]);
    const before = await listed(2);
    expect(before.visits.map(({ customerId, number }) => [customerId, number])).toEqual([
      [null, null],
      [null, null],
    ]);
    await company.box.push(events);
    const after = await askUntil(list, ({ visits }) => visits[0]?.number === 2);
    expect(after.visits.map(({ customerName, number }) => [customerName, number])).toEqual([
      ["Lan", 2],
      ["Lan", 1],
    ]);
  });

  test("a visit that nobody was named for becomes its guest's once the device is recognised", async () => {
    const { events, ids } = lan();
    const anonymous = {
      guestId: null,
      deviceId: ids.deviceId,
      startedAt: ago(5 * MINUTE),
      endedAt: null,
    };
    await company.box.push([...events, ...company.box.visit(anonymous).events]);
    expect((await listed(1)).visits[0]?.customerId).toBeNull();
    const proof = { ...ids, nasId: NAS_ID, proof: "network" as const };
    await company.box.push([company.box.write("device.recognised", proof, ago(4 * MINUTE))]);
    const { visits } = await askUntil(list, (reply) => reply.visits[0]?.customerId !== null);
    expect(visits[0]).toMatchObject({ customerName: "Lan", number: 1 });
  });

  test("a clock that jumped back makes no visit of a negative length", async () => {
    const { events, ids } = lan();
    const visit = company.box.visit({
      ...ids,
      startedAt: ago(MINUTE),
      endedAt: ago(5 * MINUTE),
    }).events;
    const ended = visit.at(-1) as { payload: Record<string, unknown> };
    ended.payload.connectedSeconds = 0;
    await company.box.push([...events, ended]);
    const { visits } = await listed(1);
    expect(visits[0]?.endedAt).toBe(visits[0]?.startedAt);
  });

  test("a visit that was taken up again ends where the box said last, in whatever order it is told", async () => {
    const { events, ids } = lan();
    const visit = { ...ids, startedAt: ago(4 * HOUR), endedAt: ago(3 * HOUR) };
    const { events: story, visitId } = company.box.visit(visit);
    const [started, session, left, first] = story;
    const usage = { connectedSeconds: 7200, uploadBytes: 9000, downloadBytes: 90_000 };
    const span = { startedAt: ago(4 * HOUR).toISOString(), endedAt: ago(2 * HOUR).toISOString() };
    const arrival = { visitId, ...ids };
    const again = company.box.write(
      "visit.ended",
      { ...arrival, ...span, sessions: 1, ...usage },
      ago(HOUR),
    );
    await company.box.push([...events, started, session, left, again]);
    await company.box.push([{ ...first, occurredAt: ago(2.5 * HOUR).toISOString() }]);
    await company.box.push(halfHour(ids, 30 * MINUTE));
    const { visits } = await askUntil(list, ({ total }) => total === 2);
    expect(visits[1]).toMatchObject({ endedAt: ago(2 * HOUR).toISOString(), ...usage, number: 1 });
  });

  test("what a session is told to have used after its visit's end is counted too", async () => {
    const { events, ids } = lan();
    const visit = { ...ids, startedAt: ago(4 * HOUR), endedAt: ago(3 * HOUR) };
    const { events: story, visitId, sessionId } = company.box.visit(visit);
    const usage = { connectedSeconds: 3700, uploadBytes: 5000, downloadBytes: 50_000 };
    const late = company.box.write("session.updated", { visitId, sessionId, ...usage }, ago(HOUR));
    await company.box.push([...events, ...story, late]);
    const { visits } = await askUntil(list, (reply) => reply.visits[0]?.uploadBytes === 5000);
    expect(visits[0]).toMatchObject({ ...usage, endedAt: ago(3 * HOUR).toISOString() });
    expect((await overview()).hereNow.total).toBe(0);
  });

  test("a session under way shows what it has used so far, and its end has the last word", async () => {
    const { events, ids } = lan();
    const start = { ...ids, startedAt: ago(20 * MINUTE), endedAt: null };
    const { events: arrival, sessionId, visitId } = company.box.visit(start);
    const update = (connectedSeconds: number, bytes: number) => {
      const usage = { connectedSeconds, uploadBytes: bytes, downloadBytes: 2 * bytes };
      return company.box.write("session.updated", { sessionId, visitId, ...usage }, ago(MINUTE));
    };
    const [early, late] = [update(300, 2000), update(600, 5000)];
    await company.box.push([...events, ...arrival, late, early]);
    const { visits } = await askUntil(list, (reply) => reply.visits[0]?.connectedSeconds === 600);
    expect(visits[0]).toMatchObject({ uploadBytes: 5000, downloadBytes: 10_000, endedAt: null });
  });
});

describe("the overview", () => {
  test("counts who is here now, per branch and per box, and an ended session is gone", async () => {
    const other = await company.staff.addBranch({ name: "Tây Hồ" });
    const { events, ids } = lan();
    const start = { ...ids, startedAt: ago(20 * MINUTE), endedAt: null };
    const { events: arrival, sessionId, visitId } = company.box.visit(start);
    await company.box.push([...events, ...arrival]);
    const isHere = (count: number) => askUntil(overview, ({ hereNow }) => hereNow.total === count);
    const branches = [
      { branchId: company.branchId, name: "Hồ Gươm", count: 1 },
      { branchId: other.id, name: "Tây Hồ", count: 0 },
    ];
    expect((await isHere(1)).hereNow).toEqual({ total: 1, branches });
    expect((await overview(`?branchId=${other.id}`)).hereNow.total).toBe(0);
    const boxes = await company.staff.get<{ branches: { boxes: { openVisits: number }[] }[] }>(
      "/api/v1/branches",
    );
    expect(
      boxes.branches.flatMap((each) => each.boxes.map(({ openVisits }) => openVisits)),
    ).toEqual([1]);
    expect(await list("?open=true")).toMatchObject({ total: 1 });
    const usage = { connectedSeconds: 600, uploadBytes: 1, downloadBytes: 1 };
    const span = { startedAt: ago(20 * MINUTE).toISOString(), endedAt: ago(0).toISOString() };
    const left = { sessionId, visitId, ...span, cause: "User-Request", ...usage };
    await company.box.push([company.box.write("session.ended", left, ago(0))]);
    expect((await isHere(0)).hereNow.total).toBe(0);
    expect(await list("?open=true")).toMatchObject({ total: 0 });
  });

  test("counts the new, the returning and the unknown by each branch's own day", async () => {
    const { events, ids } = lan();
    const hung = company.box.signIn({ phone: "+84987654321", name: "Hùng", at: ago(MINUTE) });
    const stranger = { guestId: null, deviceId: ids.deviceId };
    await company.box.push([
      ...events,
      ...halfHour(ids, 5 * DAY),
      // 23:30 of the 9th in Vietnam, though the 9th in London is not over for hours.
      ...halfHour(ids, 10.5 * 60 * MINUTE),
      // 00:30 of the 10th in Vietnam, and still the 9th in London.
      ...halfHour(ids, 9.5 * 60 * MINUTE),
      ...halfHour(ids, 3 * 60 * MINUTE),
      ...hung.events,
      ...halfHour(hung, 2 * 60 * MINUTE),
      ...halfHour(hung, 60 * MINUTE),
      ...halfHour(stranger, 40 * MINUTE),
    ]);
    await listed(7);
    const { days, today } = await askUntil(overview, (reply) => reply.today.visits === 5);
    expect(today).toEqual({
      visits: 5,
      newCustomers: 1,
      returningCustomers: 1,
      anonymousVisits: 1,
    });
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toEqual({ day: "2026-03-10", ...today });
    const one = { visits: 1, anonymousVisits: 0 };
    expect(days.at(-2)).toEqual({
      day: "2026-03-09",
      ...one,
      newCustomers: 0,
      returningCustomers: 1,
    });
    expect(days.at(-6)).toEqual({
      day: "2026-03-05",
      ...one,
      newCustomers: 1,
      returningCustomers: 0,
    });
    expect(days[0]?.day).toBe("2026-02-09");
  });

  test("the visits that a number counts are the ones its list shows", async () => {
    const { events, ids } = lan();
    const stranger = { guestId: null, deviceId: ids.deviceId };
    await company.box.push([
      ...events,
      ...halfHour(ids, 2 * DAY),
      ...halfHour(ids, 60 * MINUTE),
      ...halfHour(stranger, 40 * MINUTE),
    ]);
    await listed(3);
    const today = "from=2026-03-10&to=2026-03-10";
    expect(await list(`?${today}`)).toMatchObject({ total: 2 });
    expect(await list(`?${today}&kind=returning`)).toMatchObject({
      total: 1,
      visits: [{ number: 2 }],
    });
    expect(await list(`?${today}&kind=anonymous`)).toMatchObject({ total: 1 });
    expect(await list("?kind=new")).toMatchObject({ total: 1, visits: [{ number: 1 }] });
    expect(await list(`?branchId=${(await company.staff.addBranch()).id}`)).toMatchObject({
      total: 0,
    });
  });

  test("a list's pages follow each other without a gap or a repeat", async () => {
    const { events, ids } = lan();
    await company.box.push([
      ...events,
      ...[5, 4, 3, 2, 1].flatMap((days) => halfHour(ids, days * DAY)),
    ]);
    await listed(5);
    const numbers: (number | null)[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Static<typeof VisitListReply> = await list(
        `?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      numbers.push(...page.visits.map(({ number }) => number));
      cursor = page.nextCursor;
    }
    expect(numbers).toEqual([5, 4, 3, 2, 1]);
  });

  test("a day that is none is refused", async () => {
    const answer = await company.staff.request("GET", "/api/v1/visits?from=2026-02-30");
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid", field: "/from" } });
  });
});

describe("taking a device off the Wi-Fi", () => {
  test("reaches the branch's box as a command, once", async () => {
    const { events, ids } = lan();
    const { events: arrival, visitId } = company.box.visit({
      ...ids,
      startedAt: ago(MINUTE),
      endedAt: null,
    });
    await company.box.push([...events, ...arrival]);
    await listed(1);
    const answer = await company.staff.request("POST", `/api/v1/visits/${visitId}/disconnect`);
    expect(answer.status).toBe(202);
    const pulled = await company.box.pull({ boxCommands: 0 });
    const [asked] = pulled?.boxCommands ?? [];
    expect(asked).toMatchObject({ kind: "guest.disconnect", deviceId: ids.deviceId });
    const boxCommands = asked?.position ?? 0;
    expect((await company.box.pull({ boxCommands }))?.boxCommands ?? []).toEqual([]);
  });

  test("is refused for a visit that is over, and for one that is another tenant's", async () => {
    const { events, ids } = lan();
    await company.box.push([...events, ...halfHour(ids, 60 * MINUTE)]);
    const { visits } = await askUntil(list, (reply) => reply.visits[0]?.endedAt != null);
    const path = `/api/v1/visits/${visits[0]?.id}/disconnect`;
    expect(await company.staff.request("POST", path)).toMatchObject({ status: 409 });
    const other = await company.site.addOwner("Other");
    expect(await other.request("POST", path)).toMatchObject({ status: 404 });
  });
});

test("no other tenant sees anything of it, on any route", async () => {
  const { events, ids } = lan();
  await company.box.push([
    ...events,
    ...company.box.visit({ ...ids, startedAt: ago(MINUTE), endedAt: null }).events,
  ]);
  await listed(1);
  const id = (await customers()).customers[0]?.id;
  const other = await company.site.addOwner("Other");
  const none = { visits: [], total: 0, nextCursor: null };
  expect(await other.get("/api/v1/visits")).toEqual(none);
  expect(await other.get(`/api/v1/visits?branchId=${company.branchId}`)).toEqual(none);
  expect(await other.get(`/api/v1/customers/${id}/visits`)).toEqual(none);
  for (const query of ["", `?branchId=${company.branchId}`])
    expect(await other.get(`/api/v1/overview${query}`)).toMatchObject({
      hereNow: { total: 0, branches: [] },
      today: { visits: 0 },
    });
});
