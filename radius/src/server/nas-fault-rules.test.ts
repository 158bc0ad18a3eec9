import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { coovaOf, NAS_ID, sampleSettings } from "../../test/box.ts";
import { codes } from "../protocol/dictionary.ts";
import { createCounters } from "./counters.ts";
import { judgeNas } from "./nas-fault-rules.ts";

const HOUR_MS = 60 * 60 * 1000;
const startedAt = new Date("2026-03-01T02:00:00.000Z");
const after = (hours: number) => new Date(startedAt.getTime() + hours * HOUR_MS);

/** A NAS of RadSec, what has become of it since the start, and what is told of its room at an hour. */
function openNas() {
  const counters = createCounters(startedAt);
  const packet = {
    ...{ code: codes.accessRequest, identifier: 1, authenticator: randomBytes(16) },
    ...{ attributes: [], joined: null, bytes: Buffer.alloc(20) },
  };
  const ask = (hours: number) =>
    counters.see(NAS_ID, { packet, port: "auth", fault: null, isRadsec: true, at: after(hours) });
  const crowdOut = (hours: number) => {
    counters.crowdOut(NAS_ID, after(hours));
    counters.countReason(NAS_ID, "drops", "radsec-no-room");
  };
  const listNoRoom = (hours: number) =>
    judgeNas({
      ...{ nas: coovaOf(sampleSettings()), health: counters.read().nas[NAS_ID] ?? null },
      ...{ now: after(hours), startedAt, isSourceReadable: true },
      ports: { authPort: 1812, acctPort: 1813, radsecPort: 2083 },
      ...{ strangers: [], sessionsReportedAt: [] },
    }).filter(({ kind }) => kind === "radsec-no-room");
  return { ask, crowdOut, listNoRoom };
}

test("that a NAS's connection was closed for want of room is told until it was heard of for a day since", () => {
  const { ask, crowdOut, listNoRoom } = openNas();
  ask(0);
  expect(listNoRoom(0)).toEqual([]);
  crowdOut(1);
  expect(listNoRoom(1)).toEqual([{ kind: "radsec-no-room", connections: 1 }]);
  ask(24);
  expect(listNoRoom(24)).toHaveLength(1);
  ask(25);
  expect(listNoRoom(25)).toEqual([]);
  crowdOut(30);
  expect(listNoRoom(30)).toEqual([{ kind: "radsec-no-room", connections: 2 }]);
});

test("a NAS that was never heard of since is told of for as long", () => {
  const { crowdOut, listNoRoom } = openNas();
  crowdOut(0);
  expect(listNoRoom(1000)).toHaveLength(1);
});
