// How fast the portal draws a page through its whole path (the hand-off or the sealed context read,
// the store asked, the branch's page chosen, the context sealed again) beside a bare Fastify with
// @fastify/view that draws the same templates with the same values. Rounds of both are interleaved.
// Nobody compresses: it would cost both the same, and flatter the ratio.
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNumber } from "../test/bench-options.ts";
import type { PageName, PagesServer } from "../test/bench-pages-server.ts";
import { printFigure } from "../test/figure.ts";
import { canPin, pinLoad, readCpuMicroseconds, spawnScript, stopScript } from "../test/pinned.ts";

const ROUNDS = readNumber("rounds", 15);
const PAGES_A_ROUND = readNumber("pages", 200);
/**
 * Unmeasured ones first: a process that was just started is slower than one that runs for weeks. V8
 * compiles a path again and again in its first tens of thousands of calls, on the server's core: the
 * more code a page goes through, the longer.
 */
const WARM_UP = readNumber("warm-up", 30_000);
const BROWSERS = 16;
const BAR = 0.5;
const SERVER = join(import.meta.dirname, "../test/bench-pages-server.ts");
const NAMES: readonly PageName[] = ["first", "returning", "code", "online"];

const agent = new Agent({ keepAlive: true, maxSockets: BROWSERS });

function load(url: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = get(url, { agent, headers: { "accept-language": "vi" } }, (response) => {
    if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
    response.on("end", resolve).on("error", reject).resume();
  });
  request.on("error", reject);
  return promise;
}

type Server = Awaited<ReturnType<typeof spawnScript<PagesServer>>>;
type Rate = { perSecond: number; cpuMicroseconds: number };

async function measure(
  { child, said }: Server,
  name: PageName,
  pages = PAGES_A_ROUND,
): Promise<Rate> {
  const paths = said.paths[name];
  let next = 0;
  const browse = async () => {
    while (next < pages) await load(`${said.origin}${paths[next++ % paths.length]}`);
  };
  const cpu = () => readCpuMicroseconds(child.pid) ?? Number.NaN;
  const fallAsleep = stayAwake();
  const [begun, cpuBegun] = [performance.now(), cpu()];
  await Promise.all(Array.from({ length: BROWSERS }, browse));
  fallAsleep();
  const perSecond = (pages * 1000) / (performance.now() - begun);
  return { perSecond, cpuMicroseconds: (cpu() - cpuBegun) / pages };
}

/**
 * On its own core the load never sleeps while it measures: to wake it, which takes as long as drawing a
 * page does, would be charged to the slower of the two servers alone.
 */
function stayAwake(): () => void {
  let isAwake = canPin;
  const look = () => void (isAwake && setImmediate(look));
  look();
  return () => {
    isAwake = false;
  };
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

async function compare(name: PageName, portal: Server, bare: Server): Promise<void> {
  const rounds: { portal: Rate; bare: Rate }[] = [];
  for (const server of [portal, bare]) await measure(server, name, WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({ portal: await measure(portal, name), bare: await measure(bare, name) });
  printFigure({
    name: `portal-page-${name}`,
    rounds: rounds.map((each) => each.portal.perSecond / each.bare.perSecond),
    ...{ unit: "of bare Fastify", bar: BAR, better: "more" },
  });
  const median = (whose: "portal" | "bare", what: keyof Rate) =>
    Math.round(medianOf(rounds.map((each) => each[whose][what])));
  const byCpu = rounds.map((each) => each.bare.cpuMicroseconds / each.portal.cpuMicroseconds);
  console.log(
    `beside portal-page-${name} ${median("portal", "perSecond")} pages a second, bare ${median("bare", "perSecond")}; on the processor ${median("portal", "cpuMicroseconds")} µs, bare ${median("bare", "cpuMicroseconds")} (${medianOf(byCpu).toFixed(2)})`,
  );
}

if (!canPin) console.log("missing taskset or a second core: servers and load share what there is");
pinLoad();
const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "foyer-bench-")));
const [portal, bare] = await Promise.all([
  spawnScript<PagesServer>(SERVER, ["portal", folders[0] ?? ""]),
  spawnScript<PagesServer>(SERVER, ["bare", folders[1] ?? ""]),
]);
try {
  for (const name of NAMES) await compare(name, portal, bare);
} finally {
  agent.destroy();
  await Promise.all([stopScript(portal.child), stopScript(bare.child)]);
  for (const folder of folders) rmSync(folder, { recursive: true });
}
