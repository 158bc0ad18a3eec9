import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdSocket, type SocketHolder } from "../test/socket-holder.ts";

// The very process, under what stands for systemd's socket unit, with its own database beside it.

let folder: string;
let holder: SocketHolder;
const MINUTE = 60_000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "foyer-restart-"));
  const { PATH = "" } = process.env;
  holder = await holdSocket([process.execPath, join(import.meta.dirname, "main.ts")], {
    ...{ PATH, FOYER_DATA_FOLDER: folder, FOYER_LOG_LEVEL: "info" },
  });
}, MINUTE);
afterAll(async () => {
  await holder?.close();
  await rm(folder, { recursive: true, force: true });
}, MINUTE);

type Told = { status: number; connection: string | undefined; body: string };

/** One request on a connection of its own; `body` sends what it gives once its promise resolves. */
const ask = (path: string, body?: { first: string; rest: Promise<string> }): Promise<Told> =>
  new Promise((resolve, reject) => {
    const length = body && { "content-length": String(body.first.length * 2) };
    const asked = request({
      ...{ host: "127.0.0.1", port: holder.port, path, agent: false },
      method: body ? "POST" : "GET",
      headers: {
        ...{ origin: `http://127.0.0.1:${holder.port}`, "content-type": "application/json" },
        ...length,
      },
    });
    asked.once("error", reject);
    asked.once("response", async (answer) => {
      const { statusCode: status = 0, headers } = answer;
      const chunks = await answer.setEncoding("utf8").toArray();
      resolve({ status, connection: headers.connection, body: chunks.join("") });
    });
    if (!body) return asked.end();
    asked.write(body.first);
    void body.rest.then((rest) => asked.end(rest));
  });

const until = async (isSo: () => boolean) => {
  while (!isSo()) await sleep(20);
};

test(
  "a process that is told to end before it serves ends well, with its database",
  async () => {
    const own = join(folder, "early");
    const { PATH = "" } = process.env;
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
      env: { PATH, FOYER_DATA_FOLDER: own, FOYER_LOG_LEVEL: "info", FOYER_CLOUD_PORT: "0" },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    // Its beginning: all of the schema is to be made yet.
    await until(() => existsSync(own) || child.exitCode !== null);
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(existsSync(join(own, "postgres", "postmaster.pid"))).toBe(false);
  },
  4 * MINUTE,
);

describe("a restart behind a socket that stays", () => {
  test(
    "loses no request: whoever asks meanwhile waits, and is answered",
    async () => {
      expect(await ask("/ready")).toMatchObject({ status: 200, body: '{"ready":true}\n' });
      const answers: Told[] = [];
      let isOver = false;
      const lane = async () => {
        while (!isOver) {
          answers.push(await ask("/health"));
          await sleep(5);
        }
      };
      const lanes = [lane(), lane(), lane()];
      await until(() => answers.length > 10);
      holder.restart();
      await until(() => holder.countStarts() === 2);
      // Nobody but the process that was started now can answer this.
      expect((await ask("/ready")).status).toBe(200);
      isOver = true;
      await Promise.all(lanes);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    },
    4 * MINUTE,
  );

  test(
    "answers what was half asked before it ends",
    async () => {
      await ask("/ready");
      const drains = () => holder.output().match(/cloud drains/g)?.length ?? 0;
      const before = drains();
      const sent = Promise.withResolvers<string>();
      const half = `{"email":"nobody@example.test","a":"`;
      const waiting = ask("/api/v1/session", { first: half, rest: sent.promise });
      // Asked later, answered earlier: the half one has reached the process by then.
      await ask("/health");
      holder.restart();
      await until(() => drains() > before);
      sent.resolve(`"}`.padStart(half.length, " "));
      // Refused for what it says, by the process that was told to end.
      const told = await waiting;
      expect(told.status).toBe(400);
      expect(told.connection).toBe("close");
      expect((await ask("/ready")).status).toBe(200);
    },
    4 * MINUTE,
  );
});
