// How long a guest waits at each step of signing in while 200 do so at once, next to a RADIUS server
// that takes log-ins and accounting of the same branch: two processes on one store, this one beside
// them, all on the machine's own cores. Then how long it takes from the right code to being online
// behind a real NAS (openNDS, in network namespaces).
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { describeSession, describeStation, openRadiusLink, type RadiusLink } from "@foyer/gateway";
import { readNumber } from "@foyer/portal/test/bench-options";
import { printFigure } from "@foyer/portal/test/figure";
import { attribute } from "@foyer/radius";
import { findWhyNot } from "../lab/peers.ts";
import { measureRightCodes } from "../lab/right-code.ts";
import { openSignInBox, type SignInBox } from "../test/sign-in-box.ts";
import {
  identityOf,
  makeStation,
  STEPS,
  type StepName,
  sessionOf,
  walkOnline,
} from "../test/sign-in-guest.ts";

const ROUNDS = readNumber("rounds", 5);
const GUESTS = readNumber("guests", 200);
const BAR_MS = 50;
const ONLINE_BAR_MS = 1000;
const RIGHT_CODES = readNumber("codes", 15);
/** Nobody reads and types faster; most guests take ten times as long. */
const PAUSE_MS = { min: 500, max: 1500 };
/** Sessions of others that go on meanwhile, each with a report now and then, and a log-in by MAC. */
const OTHERS = 50;
const OTHERS_PER_SECOND = 50;

type Times = Record<StepName, number[]>;

const at = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? 0;

/** All guests of a round, from the redirect to "you're online"; `first` is their first number. */
async function runRound(
  box: SignInBox,
  { first, pauseMs }: { first: number; pauseMs: () => number },
): Promise<Times> {
  const times = Object.fromEntries(STEPS.map((step) => [step, []])) as unknown as Times;
  const link = await openRadiusLink({ ...box, host: "127.0.0.1", secret: box.secrets.radius });
  const tell = (step: StepName, milliseconds: number) => times[step].push(milliseconds);
  const guests = Array.from({ length: GUESTS }, (_, guest) =>
    walkOnline({ box, link, tell, pauseMs }, first + guest),
  );
  await Promise.all(guests);
  link.close();
  return times;
}

/** Others are online already: their NAS reports, and asks for devices that come near. */
async function keepOthersOnline(box: SignInBox, signal: AbortSignal): Promise<void> {
  const link = await openRadiusLink({ ...box, host: "127.0.0.1", secret: box.secrets.radius });
  const others = Array.from({ length: OTHERS }, (_, other) => {
    const station = makeStation(0xf0_0000 + other);
    return { station, session: sessionOf(station, station.mac) };
  });
  for (let turn = 0; !signal.aborted; turn += 1) {
    const other = others[turn % OTHERS];
    if (other) await report(link, box, { ...other, isFirst: turn < OTHERS });
    await pause(1000 / OTHERS_PER_SECOND);
  }
  link.close();
}

async function report(
  link: RadiusLink,
  box: SignInBox,
  other: {
    station: ReturnType<typeof makeStation>;
    session: ReturnType<typeof sessionOf>;
    isFirst: boolean;
  },
): Promise<void> {
  const { station, session, isFirst } = other;
  const where = describeStation(identityOf(box), station);
  const usage = { status: isFirst ? ("start" as const) : ("interim" as const), now: new Date() };
  session.downloadBytes += 100_000;
  const byMac = [attribute("User-Name", station.mac), ...where];
  // Answered late, since it is refused: nobody waits for it here.
  void link.askAccess(byMac, Buffer.from(station.mac));
  await link.sendAccounting([...describeSession(session, usage), ...where]);
}

function printSteps(rounds: readonly Times[]): void {
  for (const step of STEPS) {
    printFigure({
      name: `sign-in-${step}-p99`,
      rounds: rounds.map((times) => at(times[step], 0.99)),
      ...{ unit: "ms", bar: BAR_MS, better: "less" },
    });
    const middle = at(
      rounds.map((times) => at(times[step], 0.5)),
      0.5,
    );
    console.log(`beside sign-in-${step} p50 ${middle.toFixed(1)} ms`);
  }
}

const randomPause = () => PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min);

async function measureSteps(): Promise<void> {
  const box = await openSignInBox();
  const ending = new AbortController();
  const others = keepOthersOnline(box, ending.signal);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  try {
    // A process that was just started is slower than one that runs for weeks.
    await runRound(box, { first: 0, pauseMs: () => 0 });
    await runRound(box, { first: GUESTS, pauseMs: () => 0 });
    delay.enable();
    const rounds: Times[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push(await runRound(box, { first: (round + 2) * GUESTS, pauseMs: randomPause }));
    printSteps(rounds);
    const own = (delay.percentile(99) / 1e6).toFixed(1);
    console.log(`beside sign-in the load's own event loop, p99 ${own} ms`);
    // All in lockstep, as no guests ever are: what the whole crowd's step takes.
    const lockstep = await runRound(box, { first: (ROUNDS + 2) * GUESTS, pauseMs: () => 0 });
    for (const step of STEPS)
      console.log(
        `beside sign-in-${step} without a pause p50 ${at(lockstep[step], 0.5).toFixed(0)} ms, p99 ${at(lockstep[step], 0.99).toFixed(0)} ms`,
      );
  } finally {
    ending.abort();
    await others;
    await box.close();
  }
}

async function measureOnline(): Promise<void> {
  const whyNot = await findWhyNot();
  if (whyNot)
    return console.log(`missing openNDS lab (${whyNot}): right code to online not measured`);
  const codes = await measureRightCodes(RIGHT_CODES);
  printFigure({
    name: "right-code-to-online-without-nas",
    rounds: codes.map((each) => each.codeMs + each.onlinePageMs),
    ...{ unit: "ms", bar: ONLINE_BAR_MS, better: "less" },
  });
  const median = (what: keyof (typeof codes)[number]) =>
    at(
      codes.map((each) => each[what]),
      0.5,
    ).toFixed(0);
  console.log(
    `beside right-code-to-online the code's answer ${median("codeMs")} ms, openNDS's own part ${median("nasMs")} ms, the page after access ${median("onlinePageMs")} ms; all of it ${median("totalMs")} ms, and the internet answered the phone`,
  );
}

await measureSteps();
await measureOnline();
