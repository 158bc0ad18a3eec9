import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventSchemas, findPersonalPaths, readEvent } from "./event.ts";
import { toSeqRanges } from "./ingest.ts";
import { readPullReply } from "./known-guests.ts";
import { joinPersonal, listPersonalPaths, splitPersonal } from "./personal.ts";

const FIXTURES = join(import.meta.dirname, "..", "fixtures");
const load = (path: string) => JSON.parse(readFileSync(join(FIXTURES, path), "utf8"));
const goldenFiles = readdirSync(join(FIXTURES, "events"));

describe("events", () => {
  test("each version of each event has a golden file, and no file is left over", () => {
    const expected = Object.entries(eventSchemas)
      .flatMap(([type, versions]) => Object.keys(versions).map((v) => `${type}.v${v}.json`))
      .concat("guest.registered.v99.json", "guest.verified.v1.email.json");
    expect(goldenFiles.toSorted()).toEqual(expected.toSorted());
  });

  test.each(goldenFiles.filter((file) => !file.includes(".v99.")))("%s is read", (file) => {
    expect(readEvent(load(`events/${file}`))).toMatchObject({ kind: "known" });
  });

  test("a version from the future is kept, not refused", () => {
    const golden = load("events/guest.registered.v99.json");
    expect(readEvent(golden)).toEqual({ kind: "unknown", event: golden });
    expect(findPersonalPaths("guest.registered", 99)).toBeNull();
  });

  test("a payload that does not fit is refused with the place and the reason", () => {
    const golden = load("events/guest.verified.v1.json");
    golden.payload.phone = "0900 000 001";
    const read = readEvent(golden);
    expect(read).toMatchObject({ kind: "invalid" });
    expect(read.kind === "invalid" && read.reason).toContain("guest.verified v1: /phone");
  });

  test.each([
    ["seq", 0],
    ["seq", 1.5],
    ["id", "not-a-uuid"],
    ["occurredAt", "yesterday"],
    ["type", "Guest Registered"],
    ["payload", null],
    ["epoch", undefined],
  ])("an envelope with %s = %s is refused", (key, value) => {
    const golden = { ...load("events/box.started.v1.json"), [key]: value };
    expect(readEvent(golden)).toMatchObject({ kind: "invalid" });
  });

  test.each([
    ["startedAt", "2016-12-31T23:59:60Z"],
    ["startedAt", "9999-12-31T23:59:59-14:00"],
    ["startedAt", "0001-01-01T00:00:00Z"],
  ])("a payload with %s = %s is refused: no program can hold that moment", (key, value) => {
    const golden = load("events/visit.started.v1.json");
    golden.payload[key] = value;
    const read = readEvent(golden);
    expect(read.kind === "invalid" && read.reason).toContain(`/${key}`);
  });

  test("a version that a database cannot hold is refused", () => {
    const golden = load("events/guest.registered.v1.json");
    golden.payload.termsVersion = 2 ** 31;
    const read = readEvent(golden);
    expect(read.kind === "invalid" && read.reason).toContain("/termsVersion");
  });

  test("a guest of a branch without terms is registered under none", () => {
    const golden = load("events/guest.registered.v1.json");
    golden.payload.termsVersion = null;
    expect(readEvent(golden).kind).toBe("known");
    golden.payload.termsVersion = 0;
    expect(readEvent(golden).kind).toBe("invalid");
  });

  test.each(["started", "updated", "ended"])(
    "session.%s of a box that cannot say the policy is read: with none, and with null",
    (what) => {
      const golden = load(`events/session.${what}.v1.json`);
      golden.payload.policyId = null;
      expect(readEvent(golden).kind).toBe("known");
      delete golden.payload.policyId;
      expect(readEvent(golden).kind).toBe("known");
      golden.payload.policyId = "the best one";
      expect(readEvent(golden).kind).toBe("invalid");
    },
  );

  test.each([null, 7, "text", [], {}])("%j is refused, never thrown at", (value) => {
    expect(readEvent(value)).toMatchObject({ kind: "invalid" });
  });
});

describe("personal fields", () => {
  test("every phone, MAC, name, email, birthday, address and code of an event is marked", () => {
    const marked = Object.entries(eventSchemas).flatMap(([type, versions]) =>
      Object.values(versions).flatMap((schema) =>
        listPersonalPaths(schema).map((path) => `${type} ${path}`),
      ),
    );
    expect(marked.toSorted()).toEqual([
      "code.requested contact.value",
      "code.requested message.code",
      "code.requested message.link",
      "code.requested phone",
      "consent.given ip",
      "consent.withdrawn ip",
      "device.seen mac",
      "guest.registered details.birthday",
      "guest.registered details.email",
      "guest.registered details.name",
      "guest.registered details.own",
      "guest.verified email",
      "guest.verified phone",
      "member-code.issued hash",
      "member-code.issued salt",
      "survey.answered dates",
      "survey.answered texts",
    ]);
  });

  test("splitting and joining gives the payload back, and the log's part names nobody", () => {
    const { payload } = load("events/guest.registered.v1.json");
    const paths = findPersonalPaths("guest.registered", 1) ?? [];
    const { impersonal, personal } = splitPersonal(payload, paths);
    expect(JSON.stringify(impersonal)).not.toMatch(/Nguyễn|example\.test|02-29/);
    expect(Object.keys(personal)).toHaveLength(3);
    expect(joinPersonal(impersonal, personal)).toEqual(payload);
    expect(joinPersonal(impersonal, {})).toEqual({ ...payload, details: {} });
  });

  test("a field that is absent stays absent", () => {
    expect(splitPersonal({ details: {} }, ["details.name", "ip"])).toEqual({
      impersonal: { details: {} },
      personal: {},
    });
  });
});

describe("known guests", () => {
  const guest = {
    customerId: "01990000-0000-7000-8000-0000000000c1",
    phoneHash: "a".repeat(64),
    guestIds: [],
    name: "Lan",
    language: "vi",
    visits: 4,
  };
  const pulled = (marks: object) => {
    const key = Buffer.alloc(32).toString("base64");
    const told = { position: 1, complete: true, key, removed: [], countedThrough: null };
    const knownGuests = { ...told, guests: [{ ...guest, ...marks }] };
    return readPullReply({ settings: null, knownGuests, commands: [] });
  };

  test("a cloud that knows no marks is still understood", () => {
    expect(pulled({})).toMatchObject({ kind: "pull" });
  });

  test("marks are ids, never words about a person", () => {
    const marks = { groups: [guest.customerId], tags: ["reviews"], tier: null };
    expect(pulled(marks)).toMatchObject({ kind: "pull" });
    expect(pulled({ tags: ["complains a lot"] })).toMatchObject({
      kind: "invalid",
      reason: expect.stringContaining("/knownGuests/guests/0/tags/0"),
    });
  });
});

describe("acknowledgement ranges", () => {
  test.each([
    [[], []],
    [[3], [{ from: 3, to: 3 }]],
    [
      [5, 1, 2, 3, 3, 7],
      [
        { from: 1, to: 3 },
        { from: 5, to: 5 },
        { from: 7, to: 7 },
      ],
    ],
  ])("%j are joined", (seqs, ranges) => {
    expect(toSeqRanges(seqs)).toEqual(ranges);
  });
});
