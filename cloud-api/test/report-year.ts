import type { EventEnvelope } from "@foyer/contract";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { storePush } from "../src/features/ingest/index.ts";
import { recountNext } from "../src/features/reports/recount.ts";
import { newId } from "../src/platform/clock.ts";
import { withClient } from "../src/platform/roles.ts";
import { openTestApp, type TestApp, type TestBrowser } from "./open-test-app.ts";
import { makeTestBox, NAS_ID, type TestBox } from "./test-box.ts";

/** A visit as the list of visits has it. */
export type RawVisit = {
  id: string;
  branchId: string;
  customerId: string | null;
  guestId: string | null;
  startedAt: Date;
  endedAt: Date | null;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
  deviceId: string;
  /** given, made-up; null: nobody told of it. */
  isMadeUp: boolean | null;
  /** What the browser of its device said last that this runs, and is; unknown: nothing. */
  system: string;
  form: string;
  language: string | null;
};

/** When a device was let online, as the log has it, and whose it was. */
export type RawWayIn = {
  id: string;
  branchId: string;
  deviceId: string;
  at: Date;
  method: string;
} & Pick<RawVisit, "customerId" | "isMadeUp" | "system" | "form" | "language">;

export type RawBranch = { id: string; brandId: string; timeZone: string; dayStartsHour: number };

export type ReportYear = {
  site: TestApp;
  owner: TestBrowser;
  tenantId: string;
  branches: RawBranch[];
  boxes: TestBox[];
  /** Stores what a box tells, and lets every feature follow. */
  push: (box: TestBox, events: readonly EventEnvelope[]) => Promise<void>;
  get: <Reply>(path: string) => Promise<Reply>;
  listVisits: () => Promise<RawVisit[]>;
  listWaysIn: () => Promise<RawWayIn[]>;
  query: <Row = Record<string, unknown>>(text: string) => Promise<Row[]>;
  random: (below: number) => number;
};

/** The clock stands at the end of the year. */
export const YEAR_ENDS = new Date("2026-11-20T09:00:00Z");
const YEAR_DAYS = 380;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What a device's browser said last of it, out of the log. */
const SAID = `coalesce(said.system, 'unknown') as system, coalesce(said.form, 'unknown') as form`;
const saidOf = (deviceId: string) => `left join lateral (
  select told.payload ->> 'system' as system, told.payload ->> 'form' as form from events as told
  where told.tenant_id = $tenant and told.type = 'device.described'
    and told.payload ->> 'deviceId' = ${deviceId}
  order by told.occurred_at desc limit 1) as said on true`;

/** Numbers that look like chance and are the same for the same seed. */
export function openRandom(seed: number): (below: number) => number {
  const next = seededRandom(seed);
  return (below) => Math.floor(next() * below);
}

/**
 * A company of three branches in two time zones, one of which moves its clocks, and a year of visits:
 * over midnight, over both changes of the clock, of people nobody knows, told late, in disorder and
 * twice, of somebody who becomes known later, and of two records that become one.
 */
export async function openReportYear({
  seed,
  guests,
}: {
  seed: number;
  guests: number;
}): Promise<ReportYear> {
  const random = openRandom(seed);
  const site = await openTestApp({ startsAt: YEAR_ENDS });
  const owner = await site.signUp();
  const ask = async <Reply>(
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: unknown,
  ): Promise<Reply> => {
    const answer = await owner.ask<Reply>(method, `/api/v1${path}`, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  const { tenantId } = await ask<{ tenantId: string }>("GET", "/session");
  const brand = { name: "Trà Gió", accentColour: "#aa3300" };
  const { id: brandId } = await ask<{ id: string }>("POST", "/brands", brand);
  const branches: RawBranch[] = [];
  const boxes: TestBox[] = [];
  for (const [index, timeZone] of [
    "Asia/Ho_Chi_Minh",
    "Asia/Ho_Chi_Minh",
    "Europe/Berlin",
  ].entries()) {
    const place = { name: `Quán ${index + 1}`, timeZone, country: "VN", languages: ["vi"] };
    const { id } = await ask<{ id: string }>("POST", "/branches", place);
    const { box } = await ask<{ box: { id: string } }>("POST", `/branches/${id}/boxes`, {
      name: "Box",
    });
    branches.push({ id, brandId: "", timeZone, dayStartsHour: 0 });
    boxes.push(makeTestBox({ tenantId, branchId: id, boxId: box.id }));
  }
  await ask("PUT", `/brands/${brandId}/branches`, { branchIds: [branches[2]?.id] });
  type Listed = { branches: { id: string; brandId: string }[] };
  for (const { id, brandId: own } of (await ask<Listed>("GET", "/branches")).branches)
    for (const branch of branches) if (branch.id === id) branch.brandId = own;
  const [, late] = branches;
  if (late) {
    late.dayStartsHour = 4;
    await ask("PUT", "/reports/day-starts", { branchIds: [late.id], dayStartsHour: 4 });
    // What a worker does.
    while ((await recountNext(site, tenantId)) === "more");
  }
  const year: ReportYear = {
    ...{ site, owner, tenantId, branches, boxes, random },
    push: async (box, events) => {
      const caller = { tenantId, branchId: box.branchId, boxId: box.boxId };
      await storePush(site.database, caller, { epoch: box.epoch, events });
      await site.follow(tenantId);
    },
    get: (path) => ask("GET", path),
    listVisits: () =>
      year.query<RawVisit>(
        `select visits.id, visits.branch_id as "branchId", visits.customer_id as "customerId",
           visits.guest_id as "guestId", visits.started_at as "startedAt", visits.ended_at as "endedAt",
           visits.connected_seconds::float as "connectedSeconds",
           visits.upload_bytes::float as "uploadBytes",
           visits.download_bytes::float as "downloadBytes", visits.device_id as "deviceId",
           devices.randomised as "isMadeUp", customers.language,
           ${SAID}
         from visits
         ${saidOf("visits.device_id::text")}
         left join devices on devices.tenant_id = $tenant and devices.id = visits.device_id
         left join customers on customers.tenant_id = $tenant and customers.id = visits.customer_id
         where visits.tenant_id = $tenant order by visits.id`,
      ),
    listWaysIn: () =>
      year.query<RawWayIn>(
        `select events.id, events.branch_id as "branchId", payload ->> 'deviceId' as "deviceId",
           events.occurred_at as at, payload ->> 'method' as method, guests.customer_id as "customerId",
           devices.randomised as "isMadeUp", customers.language, ${SAID}
         from events
         ${saidOf("events.payload ->> 'deviceId'")}
         left join guests on guests.tenant_id = $tenant
           and guests.id = (payload ->> 'guestId')::uuid
         left join devices on devices.tenant_id = $tenant
           and devices.id = (payload ->> 'deviceId')::uuid
         left join customers on customers.tenant_id = $tenant and customers.id = guests.customer_id
         where events.tenant_id = $tenant and type = 'guest.connected' order by events.id`,
      ),
    query: async <Row>(text: string) =>
      withClient(site.administratorUrl, async (client) => {
        const { rows } = await client.query(text.replaceAll("$tenant", `'${tenantId}'`));
        return rows as Row[];
      }),
  };
  await tellYear(year, guests);
  return year;
}

type Guest = { guestId: string; deviceId: string; phone: string };

async function tellYear(year: ReportYear, guests: number): Promise<void> {
  const { boxes, random } = year;
  const told = boxes.map((): EventEnvelope[] => []);
  const tell = (index: number, events: readonly EventEnvelope[]) => told[index]?.push(...events);
  const known: (Guest & { at: number })[] = [];
  const begins = YEAR_ENDS.getTime() - YEAR_DAYS * DAY_MS;
  for (let index = 0; index < guests; index += 1) {
    const at = random(boxes.length);
    const box = boxes[at] as TestBox;
    const phone = `+84912${String(100_000 + index)}`;
    const firstAt = new Date(begins + random(YEAR_DAYS) * DAY_MS);
    const signIn = box.signIn({ phone, name: `Khách ${index}`, at: firstAt });
    const guest = { guestId: signIn.guestId, deviceId: signIn.deviceId, phone, at };
    // Some become known only after visits that nobody was named for.
    const isLate = index % 7 === 0;
    for (const { payload } of signIn.events) {
      if ("randomised" in payload) payload.randomised = index % 3 === 1;
      if ("language" in payload) payload.language = index % 4 === 1 ? "en" : "vi";
    }
    tell(at, describedAs(box, guest, { index, firstAt }));
    if (!isLate) tell(at, signIn.events);
    const visits = 1 + random(index % 5 === 0 ? 16 : 6);
    for (let count = 0; count < visits; count += 1)
      tell(at, visitOf(year, { box, guest, firstAt }));
    if (isLate) tell(at, signIn.events);
    known.push(guest);
    // The same person at another branch, by the same number.
    if (index % 3 !== 0) continue;
    const away = (at + 1) % boxes.length;
    const other = boxes[away] as TestBox;
    const again = other.signIn({ phone, name: `Khách ${index}`, at: firstAt });
    tell(away, again.events);
    for (let count = 0; count <= random(4); count += 1)
      tell(away, visitOf(year, { box: other, guest: again, firstAt }));
  }
  for (const [index, box] of boxes.entries())
    for (let count = 0; count < guests / 3; count += 1) {
      const nobody = { guestId: null, deviceId: newId() };
      tell(index, visitOf(year, { box, guest: nobody, firstAt: new Date(begins) }));
    }
  for (const [index, box] of boxes.entries())
    for (const at of EDGES) tell(index, edgeOf(box, known[index] as Guest, at));
  for (const [index, box] of boxes.entries()) await pushInDisorder(year, box, told[index] ?? []);
}

const DESCRIBED = [
  [["android", "phone"]],
  [["android", null]],
  // A sheet that calls itself a computer's, and the browser that corrects it.
  [
    ["macos", "computer"],
    ["ios", "tablet"],
  ],
  [["windows", "computer"]],
  [],
] as const;

/** What the guest's browsers say of the device, at their first visits; of every fifth device nothing. */
function describedAs(
  box: TestBox,
  { deviceId }: Guest,
  { index, firstAt }: { index: number; firstAt: Date },
): EventEnvelope[] {
  const words = DESCRIBED[index % DESCRIBED.length] ?? [];
  return words.map(([system, form], count) => {
    const at = new Date(firstAt.getTime() + count * DAY_MS);
    return box.write("device.described", { deviceId, system, form }, at);
  });
}

/** Over midnight at both zones, an hour's end, and the two changes of the clocks in Berlin. */
const EDGES: readonly (readonly [string, string])[] = [
  ["2026-02-10T16:30:00Z", "2026-02-10T18:10:00Z"],
  ["2026-02-10T22:40:00Z", "2026-02-11T00:20:00Z"],
  ["2026-03-03T02:00:00Z", "2026-03-03T03:00:00Z"],
  ["2026-03-29T00:20:00Z", "2026-03-29T01:40:00Z"],
  ["2026-10-24T23:30:00Z", "2026-10-25T02:15:00Z"],
  ["2026-10-25T00:10:00Z", "2026-10-25T00:50:00Z"],
  ["2026-10-25T01:10:00Z", "2026-10-25T01:50:00Z"],
  ["2026-05-05T20:30:00Z", "2026-05-05T21:30:00Z"],
  ["2026-06-06T06:06:06Z", "2026-06-06T06:06:06Z"],
];

function edgeOf(box: TestBox, { guestId, deviceId }: Guest, [from, to]: readonly [string, string]) {
  const span = { startedAt: new Date(from), endedAt: new Date(to) };
  return box.visit({ guestId, deviceId, ...span }).events;
}

function visitOf(
  { random }: ReportYear,
  {
    box,
    guest: { guestId, deviceId },
    firstAt,
  }: {
    box: TestBox;
    guest: { guestId: string | null; deviceId: string };
    firstAt: Date;
  },
): EventEnvelope[] {
  const days = Math.floor((YEAR_ENDS.getTime() - firstAt.getTime()) / DAY_MS);
  // Half of them soon after the first.
  const day = random(2) === 0 ? random(Math.min(days, 20) + 1) : random(days + 1);
  const startedAt = new Date(
    Math.min(
      firstAt.getTime() + day * DAY_MS + random(24 * 60) * 60_000 + random(60_000),
      YEAR_ENDS.getTime() - 5 * HOUR_MS,
    ),
  );
  const endedAt = new Date(startedAt.getTime() + random(4 * 3600) * 1000);
  const goesOn = random(40) === 0;
  const visit = box.visit({ guestId, deviceId, startedAt, endedAt: goesOn ? null : endedAt });
  const waysIn = Array.from({ length: random(3) }, () => {
    const at = new Date(startedAt.getTime() + (random(26) - 13) * 60_000);
    const method = METHODS[random(METHODS.length)] ?? "returning";
    const who = { guestId: guestId ?? newId(), deviceId, nasId: NAS_ID, policyId: newId() };
    return box.write("guest.connected", { ...who, method }, at);
  });
  return [...waysIn, ...visit.events];
}

const METHODS = ["phone-code", "returning", "click-through"] as const;

const BATCH_EVENTS = 400;

/** Some events come late, some twice; each once more in the end. */
async function pushInDisorder(
  { push, random }: ReportYear,
  box: TestBox,
  events: readonly EventEnvelope[],
): Promise<void> {
  const late = events.filter(() => random(10) === 0);
  const rest = events.filter((event) => !late.includes(event));
  const twice = rest.filter(() => random(20) === 0);
  const ordered = [...rest, ...late.toReversed(), ...twice];
  for (let from = 0; from < ordered.length; from += BATCH_EVENTS)
    await push(box, ordered.slice(from, from + BATCH_EVENTS));
}
