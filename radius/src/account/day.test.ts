import {
  closeDueVisits,
  endOverdueSessions,
  findLastHeard,
  type Listening,
} from "@foyer/branch-store";
import type { CoovaNas } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  coovaOf,
  SECRET,
  sampleSettings,
  signInAndIssue,
  startTestBox,
  type TestBox,
} from "../../test/box.ts";
import { DAY_SECONDS, inventDay, macOf, NAS_HABITS } from "../../test/day-branch.ts";
import { type Delivery, deliverDay, LATE_SECONDS_MAX, type Told } from "../../test/day-network.ts";
import { reckonDay, type TrueVisit } from "../../test/day-truth.ts";
import { openTestNas } from "../../test/nas.ts";
import { createRandom } from "../../test/seeded.ts";
import { codes, statusTypes } from "../protocol/dictionary.ts";
import { attribute } from "../protocol/values.ts";

const GUESTS = 200;
/** FOYER_DAY_SEED=n lives through another day. */
const SEED = 20_260_301;
/** How often the box looks for what is over. */
const HOUSEKEEPING_MS = 30_000;
/** What nothing more is told of is over by then. */
const QUIET_SECONDS = 26 * 60 * 60;
const BEGINNING = Date.parse("2026-03-01T02:00:00.000Z");

/** A NAS that says nothing of itself but its address, three times. */
const openBranch = async () => {
  const settings = sampleSettings((each) => {
    const coova = coovaOf(each);
    each.nas = NAS_HABITS.map(
      (_, at): CoovaNas => ({
        ...{ ...coova, id: `01990000-0000-7000-8000-00000000001${at}`, source: addressOf(at) },
      }),
    );
  });
  // The day's hours pass faster than its timers would: the housekeeping is called by hand.
  const box = await startTestBox({ settings, housekeepingSeconds: 86_400, commandSeconds: 86_400 });
  const controllers = await Promise.all(
    NAS_HABITS.map((_, at) => openTestNas(SECRET, addressOf(at))),
  );
  return { box, controllers };
};

const addressOf = (nas: number) => `127.0.0.${nas + 1}`;

const describeRecord = (told: Told, delaySeconds: number | null) => {
  const delay = delaySeconds === null ? [] : [attribute("Acct-Delay-Time", delaySeconds)];
  const status = attribute("Acct-Status-Type", statusTypes[told.status]);
  if (told.status === "on") return [status, ...delay];
  const { association, seconds, upload, download } = told;
  const named = [
    attribute("Acct-Session-Id", association.acctSessionId),
    attribute("Calling-Station-Id", association.mac),
  ];
  if (told.status === "start") return [status, ...named, ...delay];
  // RFC 2869 §5.1: counters of 32 bits, and how often they have wrapped; many a NAS tells that only
  // once they have.
  const wraps = (["Acct-Input-Gigawords", "Acct-Output-Gigawords"] as const).flatMap((name, at) => {
    const count = Math.floor((at === 0 ? upload : download) / 2 ** 32);
    return count === 0 ? [] : [attribute(name, count)];
  });
  return [
    ...[status, ...named, attribute("Acct-Session-Time", seconds)],
    attribute("Acct-Input-Octets", upload % 2 ** 32),
    attribute("Acct-Output-Octets", download % 2 ** 32),
    ...[...wraps, ...delay],
  ];
};

/** Lets a box live through the day; each copy that reaches it has to be answered. */
const liveThrough = async (
  deliveries: readonly Delivery[],
  restart: { downAt: number; upAt: number },
) => {
  const { box, controllers } = await openBranch();
  const { store } = box;
  for (let at = 0; at < GUESTS; at += 2) signInAndIssue(store, macOf(at));
  let nowMs = 0;
  let listening: Listening = { listeningSince: new Date(BEGINNING) };
  let acctPort = box.acctPort;
  let restartsAtMs = restart.downAt * 1000;
  const goTo = (ms: number) => {
    box.advance((ms - nowMs) / 1000);
    nowMs = ms;
  };
  const keepHouse = () =>
    store.transaction((tx) => {
      endOverdueSessions(tx, listening);
      closeDueVisits(tx);
    });
  const packets = new Map<number, Buffer>();
  for (const { arrivesAtMs, told, delaySeconds, packet } of deliveries) {
    if (arrivesAtMs > restartsAtMs) {
      goTo(restartsAtMs);
      await box.close();
      const heardUntil = store.read(findLastHeard);
      goTo(restart.upAt * 1000);
      acctPort = (await box.startAgain()).acctPort;
      listening = { listeningSince: new Date(BEGINNING + nowMs), heardUntil };
      restartsAtMs = Infinity;
    }
    const lookedAtMs = Math.floor(arrivesAtMs / HOUSEKEEPING_MS) * HOUSEKEEPING_MS;
    if (lookedAtMs > nowMs) {
      goTo(lookedAtMs);
      keepHouse();
    }
    goTo(arrivesAtMs);
    const nas = controllers[told.nas]!;
    const bytes = packets.get(packet) ?? nas.accounting(describeRecord(told, delaySeconds));
    packets.set(packet, bytes);
    const reply = await nas.exchange(acctPort, bytes);
    if (reply?.code !== codes.accountingResponse) throw new Error("a record was not answered");
  }
  goTo((DAY_SECONDS + QUIET_SECONDS) * 1000);
  keepHouse();
  return box;
};

/** What the cloud is told of visits; of one that was told twice, the later word. */
const listVisits = (box: TestBox) => {
  const macs = new Map(
    box.listEvents("device.seen").map(({ payload }) => [payload.deviceId, String(payload.mac)]),
  );
  const secondsOf = (time: unknown) => (Date.parse(String(time)) - BEGINNING) / 1000;
  const ended = box.listEvents("visit.ended").map(({ payload }) => payload);
  return [...new Map(ended.map((payload) => [payload.visitId, payload])).values()]
    .map((payload) => ({
      mac: macs.get(payload.deviceId) ?? "",
      startedAt: secondsOf(payload.startedAt),
      endedAt: secondsOf(payload.endedAt),
      sessions: Number(payload.sessions),
      connectedSeconds: Number(payload.connectedSeconds),
      uploadBytes: Number(payload.uploadBytes),
      downloadBytes: Number(payload.downloadBytes),
    }))
    .sort((one, other) => one.startedAt - other.startedAt);
};

type Visit = ReturnType<typeof listVisits>[number];

/** What is not as it truly was, in words. */
const differences = (truth: TrueVisit, visit: Visit): string[] => {
  const isNear = (one: number, other: number, seconds: number) => Math.abs(one - other) <= seconds;
  const isRight = {
    startedAt: isNear(visit.startedAt, truth.startedAt, LATE_SECONDS_MAX),
    endedAt: isNear(visit.endedAt, truth.endedAt, LATE_SECONDS_MAX),
    sessions: visit.sessions === truth.sessions,
    connectedSeconds: isNear(
      ...([visit.connectedSeconds, truth.connectedSeconds, truth.uncountedSeconds] as const),
    ),
    uploadBytes: visit.uploadBytes === truth.uploadBytes,
    downloadBytes: visit.downloadBytes === truth.downloadBytes,
  };
  return (Object.keys(isRight) as (keyof typeof isRight)[])
    .filter((name) => !isRight[name])
    .map(
      (name) => `${truth.mac} from ${truth.startedAt}: ${name} ${visit[name]}, not ${truth[name]}`,
    );
};

test("part of MC-6.3: a day's visits are what the accounting records say", async () => {
  const seed = Number(process.env.FOYER_DAY_SEED ?? SEED);
  console.info(`the day's seed is ${seed}`);
  const random = createRandom(seed);
  const branch = inventDay(random, GUESTS);
  const downAt = random.between(8 * 3600, 16 * 3600);
  const restart = { downAt, upAt: downAt + random.between(5, 400) };
  const deliveries = deliverDay(random, branch, restart);
  const box = await liveThrough(deliveries, restart);
  const visits = Map.groupBy(listVisits(box), (each) => each.mac);
  const truth = reckonDay(deliveries, restart);
  const wrong = truth.flatMap(({ mac, visits: expected, isOnEdge }) => {
    const own = visits.get(mac) ?? [];
    if (isOnEdge) return [];
    if (own.length !== expected.length)
      return [`${mac} has ${own.length} visits, not ${expected.length}`];
    return expected.flatMap((each, at) => differences(each, own[at]!));
  });
  expect(wrong, `seed ${seed}`).toEqual([]);
  expect([...visits.keys()].sort()).toEqual(truth.map((each) => each.mac).sort());
  expect(truth.filter((each) => each.isOnEdge).length, "seldom").toBeLessThan(GUESTS / 10);
}, 120_000);
