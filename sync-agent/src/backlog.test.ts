import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Backlog,
  beginBacklog,
  chooseLive,
  isRead,
  LIVE_EVENTS_MAX,
  listSubjects,
  readInto,
  stretchBacklog,
} from "./backlog.ts";
import { createKeyFilter } from "./key-filter.ts";

const guest = (seq: number, guestId: string, deviceId = randomUUID()) => ({
  seq,
  json: JSON.stringify({ guestId, deviceId, nasId: "01990000-0000-7000-8000-0000000000aa" }),
});

const read = (events: readonly { seq: number; json: string }[]): Backlog =>
  readInto(
    beginBacklog({ afterSeq: 0, throughSeq: events.length }),
    events.map(({ seq, json }) => ({ seq, payload: json })),
  );

describe("what may overtake a backlog", () => {
  test("is an event of whom no event waits", () => {
    const [lan, minh] = [randomUUID(), randomUUID()];
    const backlog = read([guest(1, lan), guest(2, lan)]);
    expect(isRead(backlog)).toBe(true);
    const live = [guest(3, minh), guest(4, lan), guest(5, minh)];
    expect(chooseLive(backlog, live).map(({ seq }) => seq)).toEqual([3, 5]);
  });

  test("is nothing that names somebody who was made to wait before it", () => {
    const [lan, phone, laptop] = [randomUUID(), randomUUID(), randomUUID()];
    const backlog = read([guest(1, lan)]);
    // The second device is known to be Lan's by the first live event alone.
    const live = [guest(2, lan, phone), guest(3, randomUUID(), phone), guest(4, laptop, laptop)];
    expect(chooseLive(backlog, live).map(({ seq }) => seq)).toEqual([4]);
  });

  test("is not told by what everybody's events name", () => {
    expect(listSubjects(guest(1, "x").json)).toHaveLength(1);
    const [codeId, sessionId] = [randomUUID(), randomUUID()];
    const named = { codeId, nasId: randomUUID(), inner: { sessionId }, policyId: randomUUID() };
    expect(listSubjects(JSON.stringify(named))).toEqual([codeId, sessionId]);
  });

  test("is told by the ids of payloads, whatever guests have written into them", () => {
    // The same in an expression, which is slower: RFC 8259 §7 has a quote within a text escaped.
    const expression = /"(?:guest|device|visit|session|code)Id":"([0-9a-f-]{36})"/g;
    const ids = fc.uuid();
    const written = fc.oneof(
      fc.string(),
      ids.map((id) => `"guestId":"${id}"`),
    );
    const payload = fc.dictionary(
      fc.constantFrom(
        "guestId",
        "deviceId",
        "visitId",
        "sessionId",
        "codeId",
        "pageId",
        "nasId",
        "said",
      ),
      fc.oneof(ids, written, fc.constant(null), fc.record({ guestId: ids, said: written })),
    );
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 5 }), (payloads) => {
        const text = payloads.map((each) => JSON.stringify(each)).join("\n");
        const wanted = [...text.matchAll(expression)].map(([, id]) => id);
        // An id's place may hold any text of as many letters: it is taken for one, and only waits longer.
        expect(listSubjects(text).filter((id) => /^[0-9a-f-]{36}$/.test(id))).toEqual(wanted);
        const { keys } = readInto(beginBacklog({ afterSeq: 0, throughSeq: 1 }), [
          { seq: 1, payload: text },
        ]);
        expect(listSubjects(text).every((id) => keys.mayHave(id))).toBe(true);
      }),
    );
  });

  test("keeps the order of every guest and device, whoever shares what", () => {
    const ids = Array.from({ length: 6 }, () => randomUUID());
    const pick = fc.integer({ min: 0, max: ids.length - 1 });
    const events = fc.array(fc.tuple(pick, pick), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(events, fc.nat(20), (pairs, waiting) => {
        const all = pairs.map(([a, b], at) => guest(at + 1, ids[a] ?? randomUUID(), ids[b]));
        const backlog = read(all.slice(0, waiting));
        const live = all.slice(waiting);
        const chosen = chooseLive(backlog, live);
        const left = all.filter((event) => !chosen.includes(event));
        for (const event of chosen)
          for (const older of left.filter(({ seq }) => seq < event.seq))
            for (const subject of listSubjects(event.json))
              expect(listSubjects(older.json)).not.toContain(subject);
      }),
    );
  });
});

test("what comes after a backlog is live until it is too much", () => {
  const backlog = { ...read([]), throughSeq: 100, readSeq: 10 };
  expect(stretchBacklog(backlog, 100 + LIVE_EVENTS_MAX)).toBe(backlog);
  const stretched = stretchBacklog(backlog, 101 + LIVE_EVENTS_MAX);
  expect(stretched).toMatchObject({ throughSeq: 101 + LIVE_EVENTS_MAX, readSeq: 10 });
  const read20 = { ...backlog, readSeq: 20_000 };
  expect(stretchBacklog(read20, 20_000 + LIVE_EVENTS_MAX)).toBe(read20);
});

test("of a million events' keys every one is found, and few that are none", () => {
  const filter = createKeyFilter();
  const keys = Array.from({ length: 200_000 }, () => randomUUID());
  for (const key of keys) filter.add(key);
  expect(keys.every(filter.mayHave)).toBe(true);
  const strangers = Array.from({ length: 20_000 }, () => randomUUID());
  expect(strangers.filter(filter.mayHave).length).toBeLessThan(20);
});
