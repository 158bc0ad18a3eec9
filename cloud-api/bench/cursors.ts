// How far behind the log the features are while events come in at a pace: by the real ingest and the
// cursors of all features, of one company, whose events stand in one log. A push is followed once every
// feature has handled it; its lag is counted from the answer that says that it is stored.
import { setTimeout as sleep } from "node:timers/promises";
import type { EventEnvelope } from "@foyer/contract";
import { Client } from "pg";
import { readNumber } from "../test/bench-options.ts";
import { startBenchSite } from "../test/bench-site.ts";
import { printFigure } from "../test/figure.ts";
import { type LightBox, makePhone, openLightBoxes } from "../test/light-box.ts";
import type { TestBox } from "../test/test-box.ts";

const ROUNDS = readNumber("rounds", 3);
const SECONDS = readNumber("seconds", 20);
const PACE = readNumber("pace", 500);
const BESIDE = readNumber("beside", 2000);
const BOXES = 10;
const INTERIMS = 6;
/** One visit in so many is of somebody who signs in anew; the others are of devices nobody knows. */
const SIGN_IN_EVERY = 3;
const LOOK_MS = 10;
const BAR_MS = 1000;
/** What is still behind after this is as late as this. */
const PATIENCE_MS = 120_000;

type Behind = { position: number; at: number; events: number };

let visits = 0;

/** A visit as a box tells of it: ten events, or thirteen with a sign-in. */
function writeVisit(box: TestBox): EventEnvelope[] {
  visits += 1;
  const startedAt = new Date();
  const guest = visits % SIGN_IN_EVERY === 0 ? box.signIn({ phone: makePhone() }) : null;
  const device = guest ?? { guestId: null, deviceId: crypto.randomUUID() };
  const visit = box.visit({ ...device, startedAt, endedAt: null });
  const usage = { connectedSeconds: 60, uploadBytes: 1000, downloadBytes: 20_000 };
  const session = { sessionId: visit.sessionId, visitId: visit.visitId, ...usage };
  const span = { startedAt: startedAt.toISOString(), endedAt: startedAt.toISOString() };
  return [
    ...(guest?.events ?? []),
    ...visit.events,
    ...Array.from({ length: INTERIMS }, () => box.write("session.updated", session)),
    box.write("session.ended", { ...session, ...span, cause: "User-Request" }),
    box.write("visit.ended", {
      ...{ visitId: visit.visitId, ...device, ...span, sessions: 1, ...usage },
    }),
  ];
}

/** Pushes of visits, evenly spread over the boxes, at so many events a second. */
async function send(
  boxes: readonly LightBox[],
  pace: number,
  note: (events: number) => Promise<void>,
): Promise<void> {
  const began = performance.now();
  let sent = 0;
  let next = 0;
  const pushes: Promise<void>[] = [];
  while (performance.now() - began < SECONDS * 1000) {
    const due = ((performance.now() - began) * pace) / 1000;
    const box = boxes[next % boxes.length];
    if (sent >= due || !box) {
      await sleep(5);
      continue;
    }
    next += 1;
    const pushed = box.push((own) => {
      const events = writeVisit(own);
      sent += events.length;
      return events;
    });
    pushes.push(pushed.then(note));
  }
  await Promise.all(pushes);
}

const site = await startBenchSite({ role: "all" });
/** Of those who look after a push, and of the one who follows. */
const looker = new Client({ connectionString: site.databaseUrl });
const follower = new Client({ connectionString: site.databaseUrl });
const fleet = openLightBoxes(site.origin);
const boxes: LightBox[] = [];

/** One row: how far the log goes, and how far every feature has followed it. */
async function findPlace(client: Client): Promise<{ position: number; done: number }> {
  const found = await client.query(
    `select coalesce(max(position), 0)::integer as position,
       coalesce(max(done_position), 0)::integer as done from directory.tenant_work`,
  );
  return found.rows[0] as { position: number; done: number };
}

/** The lag of each event in milliseconds, sorted. */
async function measure(pace: number): Promise<number[]> {
  const behind: Behind[] = [];
  const lags: number[] = [];
  let isOver = false;
  const follow = async () => {
    let since = 0;
    while (!isOver || behind.length > 0) {
      const { done } = await findPlace(follower);
      const now = performance.now();
      if (isOver && since === 0) since = now;
      const isLate = isOver && now - since > PATIENCE_MS;
      for (let first = behind[0]; first && (first.position <= done || isLate); first = behind[0]) {
        behind.shift();
        for (let event = 0; event < first.events; event += 1) lags.push(now - first.at);
      }
      await sleep(LOOK_MS);
    }
  };
  let looking = Promise.resolve({ position: 0, done: 0 });
  const following = follow();
  await send(boxes, pace, async (events) => {
    const at = performance.now();
    looking = looking.then(() => findPlace(looker));
    const { position } = await looking;
    behind.push({ position, at, events });
  });
  isOver = true;
  await following;
  return lags.sort((left, right) => left - right);
}

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

try {
  await Promise.all([looker.connect(), follower.connect()]);
  for (let added = 0; added < BOXES; added += 1) boxes.push(fleet.open(await site.addBox()));
  const p99 = new Map<number, number[]>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const pace of [PACE, BESIDE]) {
      const began = site.readProcessorSeconds();
      const lags = await measure(pace);
      const ended = site.readProcessorSeconds();
      const used = ended.cloud + ended.database - began.cloud - began.database;
      p99.set(pace, [...(p99.get(pace) ?? []), at(lags, 0.99)]);
      const said = [0.5, 0.95, 0.99].map((part) => `p${part * 100} ${Math.round(at(lags, part))}`);
      const cost = `${((used * 1000) / lags.length).toFixed(2)} ms of processor an event`;
      console.log(`round ${round + 1}, ${pace}/s, ${lags.length}: ${said.join(", ")} ms, ${cost}`);
    }
  for (const [pace, rounds] of p99)
    printFigure({
      ...{ name: `cursors-${pace}`, rounds, unit: "ms p99", bar: BAR_MS, better: "less" },
    });
} finally {
  for (const box of boxes) box.close();
  fleet.close();
  await Promise.all([looker.end(), follower.end()]);
  await site.close();
}
