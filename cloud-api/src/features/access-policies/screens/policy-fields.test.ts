import { describe, expect, test } from "vitest";
import type { Policy } from "../schema.ts";
import { hasOneWay, listFaults, readPolicy, startFields, writePolicy } from "./policy-fields.ts";

const ZONE = "Asia/Ho_Chi_Minh";
const ID = "01990000-0000-7000-8000-0000000000f1";

const policy: Policy = {
  id: ID,
  name: "VIP",
  when: {
    methods: ["returning"],
    visitNumberMin: 2,
    visitNumberMax: 9,
    groups: ["vip"],
    tags: [],
    tiers: ["gold"],
  },
  sessionSeconds: 5400,
  idleSeconds: null,
  uploadKbps: 512,
  downloadKbps: 20_000,
  sessionBytes: 1_500_000_000,
  sessionUploadBytes: 250_000_000,
  quotas: [
    { per: "day", seconds: 14_400, bytes: null },
    { per: "week", seconds: null, bytes: null, downloadBytes: 5_000_000_000 },
  ],
  allowedHours: [{ days: [1, 7], from: "08:00", to: "02:00" }],
  devicesMax: 2,
  validUntil: "2026-12-31T17:00:00.000Z",
};

const fieldsOf = (given: Partial<Policy> = {}) => readPolicy({ ...policy, ...given }, ZONE);
const write = (fields: ReturnType<typeof readPolicy>, before: Policy | null = policy) =>
  writePolicy(fields, { id: ID, before, timeZone: ZONE });

describe("the form of an access policy", () => {
  test("opened and saved unchanged, it writes what it read", () => {
    expect(write(fieldsOf())).toEqual(policy);
  });

  test("speaks minutes, megabytes, Mbit/s and days", () => {
    expect(fieldsOf()).toMatchObject({
      minutes: { session: 90, day: 240, visit: "" },
      megabytes: { session: 1500, day: "" },
      megabytesUp: { session: 250, week: "" },
      megabytesDown: { session: "", week: 5000 },
      ...{ down: 20, up: 0.512, devices: 2, idleMinutes: "", lastDay: "2026-12-31" },
    });
  });

  test("asks for one way by itself where a policy limits it", () => {
    expect(hasOneWay(startFields())).toBe(false);
    expect(hasOneWay(fieldsOf())).toBe(true);
  });

  test("an end within a day stays, unless another day is chosen", () => {
    const validUntil = "2026-12-31T09:30:00.000Z";
    const before = { ...policy, validUntil };
    const fields = fieldsOf({ validUntil });
    expect(write(fields, before).validUntil).toBe(validUntil);
    const moved = write({ ...fields, lastDay: "2027-01-01" }, before);
    expect(moved.validUntil).toBe("2027-01-01T17:00:00.000Z");
    expect(write({ ...fields, lastDay: "" }, before)).not.toHaveProperty("validUntil");
  });

  test("what is emptied is no limit and asks for nothing", () => {
    const { minutes } = startFields();
    const fields = { ...startFields(), name: " All ", minutes: { ...minutes, session: "" } };
    const open = write({ ...fields, down: "", up: "", idleMinutes: "" }, null);
    expect(open).toEqual({
      id: ID,
      name: "All",
      when: {
        methods: [],
        visitNumberMin: null,
        visitNumberMax: null,
        groups: [],
        tags: [],
        tiers: [],
      },
      ...{ sessionSeconds: null, idleSeconds: null, uploadKbps: null, downloadKbps: null },
      sessionBytes: null,
    });
  });

  test("says which input is wrong, and lets a right form pass", () => {
    expect(listFaults(fieldsOf())).toEqual({});
    const fields = fieldsOf();
    expect(
      listFaults({
        ...fields,
        ...{ name: " ", visitFrom: 5, visitTo: 4, devices: 1.5, down: 0, idleMinutes: 0.5 },
        minutes: { ...fields.minutes, week: 0 },
        megabytes: { ...fields.megabytes, ever: 0 },
        megabytesUp: { ...fields.megabytesUp, day: 0 },
        hours: [{ days: [], from: "08:00", to: "09:00" }],
      }),
    ).toEqual({
      name: "fault-name",
      visitTo: "fault-visits",
      devices: "fault-whole",
      down: "fault-amount",
      idleMinutes: "fault-time",
      "minutes-week": "fault-time",
      "megabytes-ever": "fault-amount",
      "megabytesUp-day": "fault-amount",
      "hours-0": "fault-hours",
    });
  });
});
