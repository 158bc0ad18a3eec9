import { attribute, type RawAttribute, statusTypes } from "@foyer/radius";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NAS_IDENTIFIER } from "../demo/branch.ts";
import { openPolicySite, type PolicySite, SECOND_NAS } from "./policy-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const LAN = { phone: "+84900000001", mac: "AC-00-5E-00-53-01" };
const LANS_TABLET = { phone: LAN.phone, mac: "AC-00-5E-00-53-02" };
const MINH = { phone: "+84900000003", mac: "AC-00-5E-00-53-03" };
const GIB4 = 2 ** 32;
const USER_REQUEST = 1;
/** What the records and the box may differ in: records tell of whole seconds. */
const CLOCKS_MS = 1_000;
const POLICY = {
  id: "01990000-0000-7000-8000-000000000140",
  name: "Guests of the house",
  when: { methods: [], visitNumberMin: null },
  ...{ sessionSeconds: null, idleSeconds: null, sessionBytes: null },
  ...{ uploadKbps: 2_000, downloadKbps: 8_000 },
};

let cloud: TestCloud;

beforeAll(async () => {
  // Whole seconds are compared: none passes between a record and its being read.
  cloud = await startTestCloud({ stands: true });
});
afterAll(() => cloud?.close());

type Counted = { seconds?: number; up?: number; down?: number };
type Record = { mac: string; nas: string; session: string } & Counted;
type Kind = "start" | "interim" | "stop";

/** One accounting record as an access point writes it (RFC 2866 §5, RFC 2869 §5.1, §5.2). */
function write(kind: Kind, told: Record & { delay?: number }): RawAttribute[] {
  const { mac, nas, session, seconds, up, down, delay } = told;
  const bytes = (value: number | undefined, name: "Input" | "Output") =>
    value === undefined
      ? []
      : [
          attribute(`Acct-${name}-Octets`, value % GIB4),
          attribute(`Acct-${name}-Gigawords`, Math.floor(value / GIB4)),
        ];
  return [
    attribute("Acct-Status-Type", statusTypes[kind]),
    attribute("User-Name", mac),
    attribute("Calling-Station-Id", mac),
    attribute("NAS-Identifier", nas),
    attribute("Acct-Session-Id", session),
    attribute("Class", Buffer.from(`foyer session=unlimited policy=${POLICY.id}`)),
    ...(seconds === undefined ? [] : [attribute("Acct-Session-Time", seconds)]),
    ...bytes(up, "Input"),
    ...bytes(down, "Output"),
    ...(delay === undefined ? [] : [attribute("Acct-Delay-Time", delay)]),
    ...(kind === "stop" ? [attribute("Acct-Terminate-Cause", USER_REQUEST)] : []),
  ];
}

/** What a reader of the records would write down of one session. */
type Truth = {
  mac: string;
  nas: string;
  from: number;
  to: number | null;
  seconds: number;
  up: number;
  down: number;
  cause: string | null;
};

type UseSession = {
  startedAt: string;
  endedAt: string | null;
  isOpen: boolean;
  branchName: string;
  nasName: string;
  deviceId: string;
  deviceMac: string;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
  cause: string | null;
  policyName: string;
};
type Sum = {
  sessions: number;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};
type Use = Sum & { devices: (Sum & { deviceId: string; deviceMac: string })[] };

async function findCustomer(phone: string): Promise<string> {
  type Reply = { customers: { id: string; phone: string | null }[] };
  const { customers } = await askUntil(
    () => cloud.get<Reply>("GET", "/api/v1/customers"),
    (reply) => reply.customers.some((each) => each.phone === phone),
  );
  return customers.find((each) => each.phone === phone)?.id ?? "";
}

/** An afternoon of Lan's, in the order in which its records reach the box. Gives the truth. */
async function spendAfternoon(site: PolicySite): Promise<Truth[]> {
  const [hall, garden] = [NAS_IDENTIFIER, SECOND_NAS.nasIdentifier];
  const tell = (kind: Kind, told: Record & { delay?: number }) => site.tell(write(kind, told));
  const now = () => cloud.now().getTime();
  const inHall = { mac: LAN.mac, nas: hall, session: "hall-1" };
  const from = now();
  await tell("start", inHall);
  cloud.passSeconds(1800);
  // The counter of octets wraps at 4 GiB, and that of its wraps goes on.
  await tell("interim", { ...inHall, seconds: 1800, up: 90_000_000, down: GIB4 - 1 });
  cloud.passSeconds(1800);
  await tell("interim", { ...inHall, seconds: 3600, up: 180_000_000, down: GIB4 + 700_000_000 });

  // The tablet: its Start is lost, and its interval is the access point's own.
  const tablet = { mac: LANS_TABLET.mac, nas: garden, session: "tablet-1" };
  await tell("interim", { ...tablet, seconds: 600, up: 5_000_000, down: 60_000_000 });
  const tabletFrom = now() - 600_000;

  // Lan walks into the garden: it tells of her first, and the hall of her leaving a minute late.
  const inGarden = { mac: LAN.mac, nas: garden, session: "garden-1" };
  const roamedAt = now();
  await tell("start", inGarden);
  cloud.passSeconds(60);
  const hallStop = { ...inHall, seconds: 3590, up: 180_000_900, down: GIB4 + 700_900_000 };
  await tell("stop", { ...hallStop, seconds: 3610, delay: 50 });
  // It was not heard that it was heard: told again, under a delay that grew.
  cloud.passSeconds(10);
  await tell("stop", { ...hallStop, seconds: 3610, delay: 60 });

  cloud.passSeconds(530);
  const tabletStop = { ...tablet, seconds: 1200, up: 9_000_000, down: 3 * GIB4 + 17 };
  await tell("stop", tabletStop);
  const tabletTo = now();
  // An interim that was overtaken by its own Stop.
  await tell("interim", { ...tablet, seconds: 900, up: 7_000_000, down: 2 * GIB4, delay: 300 });
  const gardenStop = { ...inGarden, seconds: 595, up: 1_000, down: 2_000 };
  await tell("stop", gardenStop);
  const gardenTo = now();

  // Sleep, and back within the gap: a reconnect, which nobody counts the seconds of.
  cloud.passSeconds(30);
  const again = { mac: LAN.mac, nas: garden, session: "garden-2" };
  const againFrom = now();
  await tell("start", again);
  cloud.passSeconds(300);
  await tell("stop", { ...again, up: 10, down: 20 });
  const againTo = now();

  // The access point uses an id again, after its reboot; this one goes on.
  cloud.passSeconds(600);
  const last = { mac: LAN.mac, nas: hall, session: "hall-1" };
  const lastFrom = now();
  await tell("start", last);
  cloud.passSeconds(300);
  await tell("interim", { ...last, seconds: 300, up: 40, down: 50 });

  const sofar = { to: null, cause: null };
  const over = { cause: "User-Request" };
  return [
    { ...last, from: lastFrom, ...sofar, seconds: 300, up: 40, down: 50 },
    {
      ...{ ...again, from: againFrom, to: againTo, ...over },
      ...{ seconds: Math.round((againTo - againFrom) / 1000), up: 10, down: 20 },
    },
    { ...gardenStop, from: roamedAt, to: gardenTo, ...over, seconds: 595 },
    { ...tabletStop, from: tabletFrom, to: tabletTo, ...over, seconds: 1200 },
    { ...hallStop, from, to: roamedAt, seconds: 3610, cause: "Superseded" },
  ];
}

/** As the branch's settings have them. */
const nameOf = (nas: string) =>
  nas === SECOND_NAS.nasIdentifier ? SECOND_NAS.name : "Simulated access point";

test("MC-6.3 sessions, duration, bytes and device per customer match the accounting records, one by one and in sum", async () => {
  const site = await openPolicySite(cloud);
  await site.savePolicies([POLICY]);
  for (const guest of [LAN, LANS_TABLET, MINH]) site.signIn(guest);
  const minhs = { mac: MINH.mac, nas: NAS_IDENTIFIER, session: "minh-1" };
  await site.tell(write("start", minhs));
  const minhCameAt = cloud.now().getTime();
  const truth = await spendAfternoon(site);
  const seconds = Math.floor((cloud.now().getTime() - minhCameAt) / 1000);
  await site.tell(write("stop", { ...minhs, seconds, up: 11, down: 22 }));

  const lan = `/api/v1/customers/${await findCustomer(LAN.phone)}`;
  const { sessions, total } = await askUntil(() => list(lan), isLike(truth));
  expect(total).toBe(truth.length);
  expectOneByOne(sessions, truth);
  const use = await cloud.get<Use>("GET", `${lan}/wifi-use`);
  expect(use).toMatchObject(addUp(truth));
  await expectSameByDevice(lan, { use, sessions, truth });
  await expectSameByPage(lan, sessions);
  await expectSameByVisit(lan, truth);

  // Nothing before the first day, and nobody else's sessions are among hers, nor hers among theirs.
  const none = { sessions: 0, connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0, devices: [] };
  expect(await cloud.get("GET", `${lan}/wifi-use?to=2020-01-01`)).toEqual(none);
  const minh = `/api/v1/customers/${await findCustomer(MINH.phone)}`;
  const minhsUse = () => cloud.get<Use>("GET", `${minh}/wifi-use`);
  expect(await askUntil(minhsUse, (told) => told.connectedSeconds === seconds)).toMatchObject({
    ...{ sessions: 1, connectedSeconds: seconds, uploadBytes: 11, downloadBytes: 22 },
    devices: [{ deviceMac: MINH.mac }],
  });

  // Forgotten and read again from the log: the same to the last figure.
  await cloud.get("POST", "/api/v1/replays", { feature: "visits" });
  expect((await askUntil(() => list(lan), isLike(truth))).sessions).toEqual(sessions);
  expect(await cloud.get("GET", `${lan}/wifi-use`)).toEqual(use);
}, 120_000);

type Reply = { sessions: UseSession[]; total: number; nextCursor: string | null };

const list = (customer: string, query = "") =>
  cloud.get<Reply>("GET", `${customer}/sessions${query}`);

/** Whether everything the records say has arrived. */
const isLike =
  (truth: readonly Truth[]) =>
  ({ sessions }: Reply): boolean =>
    sessions.length === truth.length &&
    sessions.every(
      (told, place) =>
        told.connectedSeconds === truth[place]?.seconds &&
        (told.endedAt === null) === (truth[place]?.to === null),
    );

function expectOneByOne(sessions: readonly UseSession[], truth: readonly Truth[]): void {
  for (const [place, expected] of truth.entries()) {
    const told = sessions[place];
    if (!told) throw new Error("a session is missing");
    expect(told).toMatchObject({
      deviceMac: expected.mac,
      nasName: nameOf(expected.nas),
      connectedSeconds: expected.seconds,
      uploadBytes: expected.up,
      downloadBytes: expected.down,
      cause: expected.cause,
      isOpen: expected.to === null,
      branchName: "Foyer Café Bến Thành",
      policyName: POLICY.name,
    });
    expect(Math.abs(Date.parse(told.startedAt) - expected.from)).toBeLessThan(CLOCKS_MS);
    expect(told.endedAt === null).toBe(expected.to === null);
    if (told.endedAt !== null)
      expect(Math.abs(Date.parse(told.endedAt) - (expected.to ?? 0))).toBeLessThan(CLOCKS_MS);
  }
}

type Told = { use: Use; sessions: readonly UseSession[]; truth: readonly Truth[] };

async function expectSameByDevice(customer: string, { use, sessions, truth }: Told) {
  expect(use.devices.map(({ deviceMac }) => deviceMac)).toEqual([LAN.mac, LANS_TABLET.mac]);
  for (const device of use.devices) {
    const own = addUp(truth.filter(({ mac }) => mac === device.deviceMac));
    expect(device).toMatchObject(own);
    const query = `?deviceId=${device.deviceId}`;
    expect((await list(customer, query)).sessions).toEqual(
      sessions.filter(({ deviceId }) => deviceId === device.deviceId),
    );
    expect(await cloud.get("GET", `${customer}/wifi-use${query}`)).toMatchObject(own);
  }
}

async function expectSameByPage(customer: string, sessions: readonly UseSession[]) {
  const paged: UseSession[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Reply = await list(customer, `?limit=2${cursor && `&cursor=${cursor}`}`);
    paged.push(...page.sessions);
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(sessions);
}

async function expectSameByVisit(customer: string, truth: readonly Truth[]) {
  const { visits } = await cloud.get<{ visits: Sum[] }>("GET", `${customer}/visits`);
  const { sessions: _, ...used } = addUp(truth);
  const told = visits.map((each) => ({ seconds: each.connectedSeconds, ...bytesOf(each) }));
  expect(addUp(told)).toMatchObject(used);
}

const bytesOf = ({ uploadBytes: up, downloadBytes: down }: Sum) => ({ up, down });

function addUp(truth: readonly Pick<Truth, "seconds" | "up" | "down">[]): Sum {
  const sum = (pick: (each: (typeof truth)[number]) => number) =>
    truth.reduce((total, each) => total + pick(each), 0);
  return {
    sessions: truth.length,
    connectedSeconds: sum(({ seconds }) => seconds),
    uploadBytes: sum(({ up }) => up),
    downloadBytes: sum(({ down }) => down),
  };
}
