import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePortBase } from "../test/free-ports.ts";
import { findInLogs, listLogLines } from "../test/logged-words.ts";
import { listSystems, readOverview, type Staff, signInAgain, signInFirst } from "../test/staff.ts";
import { listTakenPorts, portsFrom } from "./ports.ts";

const START_SECONDS_MAX = 120;
const ACCOUNT = { email: "an@cafe.example", name: "An", password: "a-long-enough-password-7" };

let folder: string;
let portBase: number;
const running: Started[] = [];

type Started = { child: ChildProcess; output: () => string; errors: () => string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "foyer-demo-"));
  portBase = await findFreePortBase();
});

afterAll(async () => {
  await Promise.all(running.map(stop));
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command that `start` runs, as a person would. */
function start(...words: string[]): Started {
  const script = join(import.meta.dirname, "start.ts");
  const child = spawn(
    process.execPath,
    [script, "--port-base", String(portBase), "--data", folder, ...words],
    // All that there is to say is said, for the logs are looked through.
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FOYER_LOG_LEVEL: "debug" } },
  );
  let output = "";
  let errors = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const started = { child, output: () => output, errors: () => errors };
  running.push(started);
  return started;
}

async function untilReady({ child, output, errors }: Started): Promise<string> {
  await expect
    .poll(() => (child.exitCode === null ? output() : `ended: ${errors()}`), {
      timeout: START_SECONDS_MAX * 1000,
    })
    .toMatch(/Foyer runs|ended/);
  expect(output(), errors()).toContain("Foyer runs");
  return output();
}

async function stop({ child }: Started): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, "exit");
  child.kill("SIGINT");
  await exit;
  return child.exitCode;
}

const totalVisits = async (staff: Staff) =>
  (await readOverview(staff)).days.reduce((sum, day) => sum + day.visits, 0);

type Message = { phone: string; code: string };

/** What guests were sent: the numbers they gave, and the codes that opened the door. */
async function listMessages(): Promise<Message[]> {
  const answer = await fetch(`http://127.0.0.1:${portBase + 1}/outbox`, {
    headers: { accept: "application/json" },
  });
  return ((await answer.json()) as { messages: Message[] }).messages;
}

/** A number as it is kept, as it is typed in its country, and as people part it. */
const waysToWrite = (phone: string) => {
  const own = phone.replace(/^\+84/, "");
  const parts = [own.slice(0, 3), own.slice(3, 6), own.slice(6)];
  return [phone, phone.slice(1), `0${own}`, own, `0${parts.join(" ")}`];
};

test("one command brings guests through the whole product, keeps what came of it and ends whole", async () => {
  const first = start();
  const said = await untilReady(first);
  const link = /(http:\S+\/first-sign-in\?token=\S+)/.exec(said)?.[1];
  const staff = await signInFirst(link ?? "", ACCOUNT);
  await expect.poll(() => totalVisits(staff), { timeout: 60_000 }).toBe(3);
  const systems = ["android 1", "ios 1", "windows 1"];
  await expect.poll(() => listSystems(staff), { timeout: 30_000 }).toEqual(systems);
  const messages = await listMessages();
  const overview = await readOverview(staff);
  expect(overview.hereNow.total).toBeGreaterThan(0);

  for (const [words, told] of [
    [[], "Foyer runs already with what is kept in"],
    [["--data", join(folder, "elsewhere")], `Port ${portBase}, for the cloud, is taken.`],
  ] as const) {
    const second = start(...words);
    await once(second.child, "exit");
    expect(second.child.exitCode).toBe(1);
    expect(second.errors()).toContain(told);
    expect(second.errors()).toContain("--port-base");
  }

  expect(await stop(first)).toBe(0);
  const third = start("--no-guests");
  const again = await untilReady(third);
  expect(again).not.toContain("first-sign-in");
  const returned = await signInAgain(new URL(link ?? "").origin, ACCOUNT);
  expect(await totalVisits(returned)).toBe(3);
  third.child.kill("SIGKILL");
  await expect
    .poll(() => listTakenPorts(portsFrom(portBase), "127.0.0.1"), { timeout: 30_000 })
    .toEqual([]);

  const logs = join(folder, "logs");
  expect(new Set(listLogLines(logs).map(({ file }) => file)).size).toBeGreaterThanOrEqual(4);
  expect(messages.length).toBeGreaterThanOrEqual(3);
  const told = messages.flatMap(({ phone, code }) => [...waysToWrite(phone), code]);
  expect(findInLogs(logs, [...told, ACCOUNT.email, ACCOUNT.password])).toEqual([]);
}, 300_000);

test("what is typed wrong is told with how it should be", async () => {
  const { child, errors } = start("--porcelain");
  await once(child, "exit");
  expect(child.exitCode).toBe(2);
  expect(errors()).toContain("--no-guests");
});

test("a cloud that cannot start is told with where its log is, and nothing is left running", async () => {
  const brokenFolder = join(folder, "broken");
  mkdirSync(brokenFolder);
  writeFileSync(join(brokenFolder, "cloud"), "a file where a folder has to be");
  const { child, errors } = start("--data", brokenFolder);
  await once(child, "exit");
  expect(child.exitCode).toBe(1);
  expect(errors()).toContain(join(brokenFolder, "logs", "cloud.log"));
  expect(await listTakenPorts(portsFrom(portBase), "127.0.0.1")).toEqual([]);
}, 120_000);
