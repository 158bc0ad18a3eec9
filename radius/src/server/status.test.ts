import { renameSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { STORE_FILE } from "@foyer/branch-store";
import { pino } from "pino";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { MAC, NAS_ID, SECRET, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { parseMetrics } from "../../test/prometheus.ts";
import { ask, askHealth, startSeenBox } from "../../test/seen-box.ts";
import { lockStore } from "../../test/store-lock.ts";
import { codes } from "../protocol/dictionary.ts";
import { attribute } from "../protocol/values.ts";
import { createCounters } from "./counters.ts";
import { startStatus } from "./status.ts";

const PHONE = "+84901234567";

/** A guest who is let in by ticket, with a session, beside a stranger who asks. */
const liveThrough = async (box: Awaited<ReturnType<typeof startSeenBox>>) => {
  const nas = await openTestNas();
  const { username: userName, password } = box.issueTicketFor();
  await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
  const more = [attribute("User-Name", PHONE), attribute("Calling-Station-Id", MAC)];
  const session = [attribute("Acct-Status-Type", 1), attribute("Acct-Session-Id", "s-1")];
  await nas.exchange(box.acctPort, nas.accounting([...session, ...more]));
  const stranger = await openTestNas("another", "127.0.0.2");
  const claims = [attribute("NAS-Identifier", "AP-2")];
  const bytes = stranger.pap({ userName: PHONE, password: "x", mac: MAC, more: claims });
  expect(await stranger.exchange(box.authPort, bytes, 100)).toBeNull();
  return { userName, password };
};

describe("GET /health", () => {
  test("tells that the box is ready, and what its counters have", async () => {
    const box = await startSeenBox();
    await liveThrough(box);
    const answer = await ask(box.statusPort, "/health");
    expect(answer).toMatchObject({ status: 200, type: "application/json" });
    expect(JSON.parse(answer.body)).toMatchObject({
      ...{ state: "ready", reasons: [], settingsVersion: 3 },
      boxId: "01990000-0000-7000-8000-000000000003",
      ports: { authPort: box.authPort, acctPort: box.acctPort, radsecPort: null },
      nas: { [NAS_ID]: { requests: 2, accepts: 1, stored: 1 } },
      unknown: { drops: { "unknown-nas": 1 }, nas: [{ address: "127.0.0.2" }] },
    });
  });

  test("answers 503 with reasons in words while something is wrong", async () => {
    const box = await startSeenBox({ settings: null });
    const answer = await ask(box.statusPort, "/health");
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({
      state: "degraded",
      reasons: [{ code: "no-settings", words: expect.stringContaining("Look at the sync agent") }],
    });
  });

  test("tells that the store is locked, and a minute after it writes again that it is well", async () => {
    const box = await startSeenBox();
    const nas = await openTestNas();
    const session = [attribute("Acct-Session-Id", "s-1"), attribute("Calling-Station-Id", MAC)];
    const record = nas.accounting([attribute("Acct-Status-Type", 1), ...session]);
    const unlock = await lockStore(box.folder);
    expect(await nas.exchange(box.acctPort, record, 6000)).toBeNull();
    await unlock();
    expect((await nas.exchange(box.acctPort, record))?.code).toBe(codes.accountingResponse);
    expect((await askHealth(box)).reasons).toMatchObject([{ code: "store-locked" }]);
    box.advance(60);
    expect(await askHealth(box)).toMatchObject({ state: "ready", reasons: [] });
  });

  test("tells of a clock that stands before the last write of the store", async () => {
    const box = await startTestBox({ startsAt: new Date("2020-01-01T00:00:00Z"), statusPort: 0 });
    const { body } = await ask(box.statusPort as number, "/health");
    expect(JSON.parse(body).reasons).toMatchObject([{ code: "clock-behind" }]);
  });
});

test("a store whose file was taken away is told, for what is written to it is lost", async () => {
  const box = await startSeenBox();
  expect((await askHealth(box)).state).toBe("ready");
  renameSync(join(box.folder, STORE_FILE), join(box.folder, "elsewhere"));
  await vi.waitFor(async () => {
    expect((await askHealth(box)).reasons).toMatchObject([{ code: "store-fails" }]);
  }, 20_000);
});

describe("GET /metrics", () => {
  test("is text of Prometheus's format 0.0.4, each line of it", async () => {
    const box = await startSeenBox();
    await liveThrough(box);
    const answer = await ask(box.statusPort, "/metrics");
    expect(answer).toMatchObject({
      ...{ status: 200, type: "text/plain; version=0.0.4; charset=utf-8" },
    });
    const series = parseMetrics(answer.body);
    const labels = { nas: NAS_ID, name: "Ground floor" };
    expect(series).toContainEqual({ name: "foyer_radius_requests_total", labels, value: 2 });
    expect(series.filter(({ labels: { nas } }) => nas !== undefined && nas !== NAS_ID)).toEqual([]);
  });
});

test("neither holds a MAC, a phone number, a name, a password or a secret", async () => {
  const box = await startSeenBox();
  const { userName, password } = await liveThrough(box);
  const { radiusSecret, uamSecret } = { radiusSecret: SECRET, uamSecret: "uamsecret-lab" };
  const bodies = [await ask(box.statusPort, "/health"), await ask(box.statusPort, "/metrics")];
  for (const { body } of bodies) {
    for (const each of [MAC, PHONE, userName, password, radiusSecret, uamSecret])
      expect(body.toLowerCase()).not.toContain(each.toLowerCase());
    expect(body).not.toMatch(/([0-9a-f]{2}[-:]){5}[0-9a-f]{2}/i);
  }
  expect(bodies[1]?.body).not.toContain("AP-2");
});

describe("the status port", () => {
  test("is off unless it is asked for", async () => {
    expect((await startTestBox()).statusPort).toBeNull();
  });

  test("is heard by nobody but the box itself", async () => {
    const box = await startSeenBox();
    // All of 127.0.0.0/8 is the loopback: a port open to every address would answer here too.
    await expect(ask(box.statusPort, "/health", { address: "127.0.0.2" })).rejects.toThrow(
      "ECONNREFUSED",
    );
  });

  test("refuses the script of a page whose own name was made to mean this machine", async () => {
    const box = await startSeenBox();
    expect((await ask(box.statusPort, "/health", { host: "evil.example" })).status).toBe(403);
    expect((await ask(box.statusPort, "/health", { host: "localhost" })).status).toBe(200);
  });

  test.each([
    ["GET", "/", 404],
    ["GET", "/healthy", 404],
    ["POST", "/health", 405],
    ["DELETE", "/metrics", 405],
    ["HEAD", "/health", 200],
    ["GET", "/health?x=1", 200],
  ])("answers %s %s with %i", async (method, path, status) => {
    const box = await startSeenBox();
    expect((await ask(box.statusPort, path, { method })).status).toBe(status);
  });

  test("that is taken is gone without, for guests are let in before anybody is told how many", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const lines: { msg: string; reason: string }[] = [];
    const write = (line: string) => lines.push(JSON.parse(line));
    const box = await startTestBox({ statusPort: port, log: pino({ level: "error" }, { write }) });
    expect(box.statusPort).toBeNull();
    expect(lines).toMatchObject([{ msg: expect.stringContaining("FOYER_RADIUS_STATUS_PORT") }]);
    const nas = await openTestNas();
    const answer = await nas.exchange(box.authPort, nas.pap({ userName: "an", password: "x" }));
    expect(answer?.code).toBe(codes.accessReject);
  });
});

test("of a disk that is nearly full is told, and of one that cannot be asked nothing", async () => {
  const { folder } = await startTestBox();
  const clock = () => new Date("2026-03-01T02:00:00.000Z");
  const tell = async (readFreeBytes: () => Promise<number>) => {
    const status = await startStatus({
      ...{ portNumber: 0, stateFolder: folder, counters: createCounters(clock()), clock },
      ...{ settings: () => sampleSettings(), findTrouble: () => null },
      ports: { authPort: 1, acctPort: 2, radsecPort: null },
      ...{ log: pino({ level: "silent" }), readFreeBytes },
    });
    onTestFinished(status.close);
    const { body } = await ask(status.portNumber as number, "/health");
    return JSON.parse(body).reasons.map(({ code }: { code: string }) => code);
  };
  expect(await tell(async () => 1024)).toContain("disk-nearly-full");
  expect(await tell(() => Promise.reject(new Error("EIO")))).not.toContain("disk-nearly-full");
});
