import { pino } from "pino";
import { expect, test } from "vitest";
import { createFaultLog } from "./fault-log.ts";

const open = () => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line));
  return { lines, faults: createFaultLog(pino({ level: "warn" }, { write })) };
};

const stranger = { reason: "unknown-nas", address: "192.0.2.9", nasId: null } as const;

test("an unknown NAS is told once a minute, with its address", () => {
  const { lines, faults } = open();
  for (let second = 0; second < 120; second++)
    faults.tell({ ...stranger, at: new Date(second * 1000) });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ address: "192.0.2.9", reason: "unknown-nas" });
});

test("each sender and each fault is told by itself", () => {
  const { lines, faults } = open();
  const at = new Date(0);
  faults.tell({ ...stranger, at });
  faults.tell({ ...stranger, address: "192.0.2.10", at });
  faults.tell({ ...stranger, reason: "wrong-authenticator", nasId: "n-1", at });
  expect(lines.map(({ address, reason }) => [address, reason])).toEqual([
    ["192.0.2.9", "unknown-nas"],
    ["192.0.2.10", "unknown-nas"],
    ["192.0.2.9", "wrong-authenticator"],
  ]);
});

test("what IT cannot mend is counted and not told", () => {
  const { lines, faults } = open();
  faults.tell({ ...stranger, reason: "attribute-overrun", at: new Date(0) });
  expect(lines).toEqual([]);
});

test("a flood of forged addresses is told in ten lines a minute, and hides no NAS's own fault", () => {
  const { lines, faults } = open();
  const tellAll = (at: Date) => {
    for (let each = 0; each < 500; each++)
      faults.tell({ ...stranger, address: `10.0.${each >> 8}.${each & 255}`, at });
    faults.tell({ reason: "wrong-authenticator", address: "192.0.2.1", nasId: "n-1", at });
  };
  tellAll(new Date(0));
  tellAll(new Date(1000));
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toMatchObject({ nasId: "n-1" });
  tellAll(new Date(61_000));
  expect(lines).toHaveLength(22);
});

test("forged addresses in the network of a NAS are one sender", () => {
  const { lines, faults } = open();
  const forged = { reason: "wrong-authenticator", nasId: "n-1", isNetwork: true } as const;
  for (let each = 0; each < 3000; each++)
    faults.tell({ ...forged, address: `10.0.${each >> 8}.${each & 255}`, at: new Date(0) });
  expect(lines).toHaveLength(1);
});
