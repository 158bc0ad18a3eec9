// How long after a guest's arrival is committed on the box it stands in the list of visits that staff
// read: by the real sync agent, ingest and the cursors of the features, alone and while fifty boxes of
// the company push.
import { setTimeout as sleep } from "node:timers/promises";
import { BOX_API } from "@foyer/contract";
import { readNumber } from "../test/bench-options.ts";
import { type BenchSite, fillBox, startBenchAgent, startBenchSite } from "../test/bench-site.ts";
import { signBoxCall } from "../test/box-calls.ts";
import { printFigure } from "../test/figure.ts";
import { makeTestBox, type TestBox } from "../test/test-box.ts";
import { type Arrive, startWriter } from "../test/visit-writer.ts";

const ROUNDS = readNumber("rounds", 3);
const ARRIVALS = readNumber("arrivals", 100);
const BOXES = 50;
const PUSH_EVERY_MS = 1000;
const LOOK_MS = 10;
const BAR_MS = 1000;

/** Milliseconds from the box to the staff's list, of each arrival. */
async function measure(site: BenchSite, arrive: Arrive): Promise<number[]> {
  const tookMs: number[] = [];
  for (let arrival = 0; arrival < ARRIVALS; arrival += 1) {
    // At any moment of the second, so that nothing falls in step with what polls.
    await sleep(Math.random() * 200);
    const begin = performance.now();
    const { visitId } = await arrive();
    while (!(await isListed(site, visitId))) await sleep(LOOK_MS);
    tookMs.push(performance.now() - begin);
  }
  return tookMs.sort((left, right) => left - right);
}

async function isListed(site: BenchSite, visitId: string): Promise<boolean> {
  const { visits } = (await site.get(`/api/v1/visits?branchId=${site.branchId}&open=true`)) as {
    visits: { id: string }[];
  };
  return visits.some(({ id }) => id === visitId);
}

/** Other boxes of the company, a guest a second at each, until it is stopped. */
async function startOthers(site: BenchSite): Promise<() => Promise<void>> {
  let isOver = false;
  const boxes: { boxKey: string; box: TestBox }[] = [];
  for (let box = 1; box < BOXES; box += 1) {
    const { boxKey, ...identity } = await site.addBox();
    boxes.push({ boxKey, box: makeTestBox(identity) });
  }
  const running = boxes.map(async ({ boxKey, box }) => {
    await sleep(Math.random() * PUSH_EVERY_MS);
    while (!isOver) {
      const guest = box.signIn({
        phone: `+849${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}`,
      });
      const visit = box.visit({ ...guest, startedAt: new Date(), endedAt: new Date() });
      await push(site, boxKey, { epoch: box.epoch, events: [...guest.events, ...visit.events] });
      await sleep(PUSH_EVERY_MS);
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(running);
  };
}

async function push(site: BenchSite, boxKey: string, batch: object): Promise<void> {
  const content = JSON.stringify(batch);
  const signed = signBoxCall(boxKey, { method: "POST", target: BOX_API.events, content });
  const answer = await fetch(`${site.origin}${BOX_API.events}`, {
    method: "POST",
    headers: { ...signed, "content-type": "application/json" },
    body: content,
  });
  if (answer.status !== 200) throw new Error(`a push was answered ${answer.status}`);
  await answer.arrayBuffer();
}

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

const site = await startBenchSite({ role: "all" });
const folder = fillBox(site.origin, await site.addBox(), { events: 0 });
const agent = startBenchAgent(folder);
const { arrive, stop } = await startWriter(folder);
const p99: Record<"idle" | "busy", number[]> = { idle: [], busy: [] };
try {
  for (let round = 0; round < ROUNDS; round += 1)
    for (const kind of ["idle", "busy"] as const) {
      const stop = kind === "busy" ? await startOthers(site) : null;
      const sorted = await measure(site, arrive);
      await stop?.();
      p99[kind].push(at(sorted, 0.99));
      const said = [0.5, 0.95, 0.99].map(
        (part) => `p${part * 100} ${Math.round(at(sorted, part))}`,
      );
      console.log(`round ${round + 1}, ${kind}: ${said.join(", ")} ms`);
    }
  for (const [kind, rounds] of Object.entries(p99))
    printFigure({
      ...{ name: `fresh-${kind === "busy" ? `${BOXES}-boxes` : kind}`, rounds, unit: "ms p99" },
      ...{ bar: BAR_MS, better: "less" },
    });
} finally {
  stop();
  await agent.stop();
  await site.close();
}
