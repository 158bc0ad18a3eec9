import { appendEvent } from "@foyer/branch-store";
import type { EventEnvelope, EventPayload } from "@foyer/contract";
import { expect, onTestFinished, test } from "vitest";
import {
  BOX_KEY,
  countBacklog,
  makeBox,
  waitUntil,
  writeArrival,
  writeBacklog,
} from "../test/box.ts";
import { startCloudDouble, TERMS } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";

const WAITING = 12_000;
/** They fit into the bound, and these not, of which none may be given up. */
const BYTES_MAX = 12_000_000;
const MORE = 60_000;
const GUEST = "01990000-0000-7000-8000-0000000000aa";

const isTheirs = ({ payload }: EventEnvelope) => payload.guestId === GUEST;

function listNamed(stored: readonly EventEnvelope[]): number[] {
  const thinned = stored.filter(({ type }) => type === "outbox.thinned");
  return thinned.flatMap(({ payload }) =>
    (payload as EventPayload<"outbox.thinned">).ranges.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at),
    ),
  );
}

test("what is named as given up is not in the cloud, though it overtook a backlog and its answer was waited for", async () => {
  const here = makeBox();
  onTestFinished(here.remove);
  const { promise: thinned, resolve: goOn } = Promise.withResolvers<void>();
  let isHeld = false;
  const there = await startCloudDouble({
    // While two are under way nothing is given up.
    ...{ boxKey: BOX_KEY, terms: { ...TERMS, underWay: 1 } },
    onPush: (_, events) => {
      isHeld ||= events.some(isTheirs);
      return "process";
    },
    beforeAnswer: async () => {
      if (isHeld) await thinned;
    },
  });
  onTestFinished(there.close);
  writeBacklog(here.store, WAITING);
  const agent = await startSyncAgent({
    ...{ store: here.store, identity: { ...here.identity, cloudUrl: there.origin } },
    ...{ boxKey: BOX_KEY, logLevel: "silent", outboxBytesMax: BYTES_MAX, lookMilliseconds: 50 },
  });
  onTestFinished(agent.close);
  const write = setInterval(() => writeArrival(here.store, GUEST), 5);
  await waitUntil("a live event has overtaken what waits", () => isHeld);
  clearInterval(write);
  here.store.transaction((tx) => {
    for (let each = 0; each < MORE; each += 1)
      appendEvent(tx, "credential.revoked", { deviceId: GUEST, guestId: GUEST });
  });
  await waitUntil("all is given up that may be", () => agent.status().outbox.isStuck);
  goOn();
  await waitUntil("all is sent", () => countBacklog(here.store) === 0, 60_000);
  const named = listNamed(there.stored);
  expect(named.length).toBeGreaterThan(0);
  const stored = new Set(there.stored.map(({ seq }) => seq));
  expect(named.filter((seq) => stored.has(seq))).toEqual([]);
}, 120_000);
