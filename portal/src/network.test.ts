import { expect, test } from "vitest";
import { findMacInTable } from "./network.ts";

const TABLE = `IP address       HW type     Flags       HW address            Mask     Device
10.10.0.92       0x1         0x2         02:aa:bb:cc:00:01     *        br0
10.10.0.93       0x1         0x0         00:00:00:00:00:00     *        br0
`;

test("the MAC behind an address is read from the kernel's own table", () => {
  expect(findMacInTable(TABLE, "10.10.0.92")).toBe("02-AA-BB-CC-00-01");
  expect(findMacInTable(TABLE, "::ffff:10.10.0.92")).toBe("02-AA-BB-CC-00-01");
});

test("an address that has not answered, or is not there, proves nothing", () => {
  expect(findMacInTable(TABLE, "10.10.0.93")).toBeNull();
  expect(findMacInTable(TABLE, "10.10.0.9")).toBeNull();
  expect(findMacInTable("", "10.10.0.92")).toBeNull();
});
