import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { NAS_ID } from "../../test/box.ts";
import { listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { SESSION_TIMEOUT, startLiveBox } from "../../test/live.ts";
import { codes } from "../protocol/dictionary.ts";

const HOUR = 3600;
const SEVERAL_LOOKS_MS = 200;

test("MC-2.4 a session ends at its time limit, by its NAS or against it, and is refused outside allowed hours", async () => {
  const nas = await listenForDisconnects((request) => replyTo(request, codes.disconnectAck));
  // The box's clock begins at 09:00 in Saigon, a Sunday.
  const allowedHours = [{ days: [7], from: "08:00", to: "11:30" }];
  const policy = { sessionSeconds: HOUR, allowedHours };
  const { box, connect, interim, stop, listOpen, listCauses } = await startLiveBox({
    ...{ portNumber: nas.portNumber, policy },
  });
  const endsAt = () => listOpen()[0]?.expectedEndAt?.toISOString();

  // A NAS that keeps Session-Timeout.
  await connect("s-1");
  expect(endsAt()).toBe("2026-03-01T03:00:00.000Z");
  box.advance(HOUR - 1);
  await sleep(SEVERAL_LOOKS_MS);
  expect(listOpen()).toHaveLength(1);
  box.advance(1);
  await stop("s-1", SESSION_TIMEOUT);
  expect(listCauses()).toEqual(["Session-Timeout"]);
  expect(nas.got).toEqual([]);

  // One that lets the guest stay: the box takes the session for over, and when it hears that it goes
  // on it has it ended.
  await connect("s-2");
  box.advance(HOUR + 61);
  await vi.waitFor(() => expect(listOpen()).toEqual([]), 20_000);
  box.advance(5);
  await interim("s-2", 1000, HOUR + 66);
  await vi.waitFor(() => expect(nas.got).toHaveLength(1), 20_000);
  await stop("s-2");
  expect(listCauses().at(-1)).toBe("time-used-up");

  // The closing hour comes before the limit; from then on nobody gets in until it opens again.
  await connect("s-3");
  expect(endsAt()).toBe("2026-03-01T04:30:00.000Z");
  box.advance(HOUR / 2 - 66);
  await stop("s-3", SESSION_TIMEOUT);
  await expect(connect("s-4")).rejects.toThrow("no session was granted");
  expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "outside-hours": 1 });
  box.advance(7 * 24 * HOUR - 3.5 * HOUR);
  await box.catchUp();
  await connect("s-5");
  expect(listOpen()).toHaveLength(1);
});
