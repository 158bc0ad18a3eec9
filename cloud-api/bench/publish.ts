// How soon a page is on every box of a company: from the press of "publish" to where each box has it with its
// pictures. One company with a branch for each box, light boxes in this process with the real protocol, and a
// page as heavy as one with two good pictures. Beside it, the processor time of cloud and database for each
// branch, and of the boxes, which share the machine here.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { readNumber } from "../test/bench-options.ts";
import { startBenchSite } from "../test/bench-site.ts";
import { printFigure } from "../test/figure.ts";
import { type LightBox, openLightBoxes } from "../test/light-box.ts";

const BOXES = readNumber("boxes", 100);
const ROUNDS = readNumber("rounds", 5);
const P99_BAR_MS = 5000;
const PROCESSOR_BAR_MS = 60;
const PICTURE_BYTES = 34_000;
const TICK_MS = 2;

const picture = (type: string) =>
  `data:image/${type};base64,${randomBytes(PICTURE_BYTES).toString("base64")}`;
const image = () => ({
  kind: "image",
  fields: { source: picture("jpeg"), webp: picture("webp"), alt: { vi: "Cà phê" } },
});
const contentOf = (round: number) => ({
  name: `Round ${round}`,
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "welcome", fields: { heading: { vi: "Chào {name}" } } }, image(), image()],
});

type Place = { branchId: string; version: number };
type Page = { id: string; revision: number };

const site = await startBenchSite({ role: "all" });
const fleet = openLightBoxes(site.origin);
const boxes = new Map<string, LightBox>();

/** When each branch's box held the settings that its branch stands at, after so many milliseconds. */
async function waitForAll(began: number): Promise<number[]> {
  const { branches } = (await site.get("/api/v1/branches")) as {
    branches: { id: string; settingsVersion: number }[];
  };
  const places: Place[] = branches.map(({ id, settingsVersion }) => ({
    ...{ branchId: id, version: settingsVersion },
  }));
  const times = new Map<string, number>();
  while (times.size < boxes.size) {
    for (const { branchId, version } of places) {
      const held = boxes.get(branchId)?.settings() ?? 0;
      const isNews = held >= version && !times.has(branchId);
      if (isNews) times.set(branchId, seenAt.get(`${branchId} ${held}`) ?? performance.now());
    }
    await sleep(TICK_MS);
  }
  return [...times.values()].map((at) => at - began);
}

/** When a box was first seen with a version, looked at all the time. */
const seenAt = new Map<string, number>();
const watching = setInterval(() => {
  for (const [branchId, box] of boxes) {
    const key = `${branchId} ${box.settings()}`;
    if (!seenAt.has(key)) seenAt.set(key, performance.now());
  }
}, TICK_MS);

/** Seconds of processor that the boxes have used in this process: with real ones it is theirs. */
const own = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

try {
  boxes.set(site.branchId, fleet.open(await site.addBox()));
  while (boxes.size < BOXES) {
    const place = { name: `Branch ${boxes.size}`, timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
    const made = await site.ask("POST", "/api/v1/branches", { ...place, languages: ["vi", "en"] });
    const { id } = made as { id: string };
    boxes.set(id, fleet.open(await site.addBox(id)));
  }
  for (const box of boxes.values()) box.live();
  await waitForAll(performance.now());
  const page = (await site.ask("POST", "/api/v1/pages", { content: contentOf(0) })) as Page;
  let revision = page.revision;
  const slowest: number[] = [];
  const processor: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const draft = { revision, content: contentOf(round) };
    const saved = await site.ask("PUT", `/api/v1/pages/${page.id}/draft`, draft);
    ({ revision } = saved as { revision: number });
    await sleep(1000);
    const before = site.readProcessorSeconds();
    const ownBefore = own();
    const began = performance.now();
    await site.ask("POST", `/api/v1/pages/${page.id}/publish`, { revision, to: { kind: "all" } });
    const answered = performance.now() - began;
    const times = (await waitForAll(began)).toSorted((a, b) => a - b);
    const after = site.readProcessorSeconds();
    const cloud = after.cloud - before.cloud;
    const database = after.database - before.database;
    slowest.push(times[Math.ceil(times.length * 0.99) - 1] ?? 0);
    processor.push(((cloud + database) * 1000) / BOXES);
    const median = times[Math.floor(times.length / 2)] ?? 0;
    console.log(
      `round ${round}: answered after ${Math.round(answered)} ms; boxes ${Math.round(median)} ms at the median, ${Math.round(times.at(-1) ?? 0)} ms the last; processor: cloud ${cloud.toFixed(1)} s, database ${database.toFixed(1)} s, boxes ${(own() - ownBefore).toFixed(1)} s`,
    );
  }
  printFigure({
    ...{ name: "publish-p99", rounds: slowest, unit: `ms to ${BOXES} boxes` },
    ...{ bar: P99_BAR_MS, better: "less" },
  });
  printFigure({
    ...{ name: "publish-processor", rounds: processor, unit: "ms of processor a branch" },
    ...{ bar: PROCESSOR_BAR_MS, better: "less" },
  });
} finally {
  clearInterval(watching);
  for (const box of boxes.values()) box.close();
  fleet.close();
  await site.close();
}
