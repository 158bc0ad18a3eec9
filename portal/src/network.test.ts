import { expect, test } from "vitest";
import { findMacInArp, networkOf, openNeighbours, readNdp } from "./network.ts";

const ARP = `IP address       HW type     Flags       HW address            Mask     Device
10.10.0.92       0x1         0x2         02:aa:bb:cc:00:01     *        br0
10.10.0.93       0x1         0x0         00:00:00:00:00:00     *        br0
`;

const NDP = `2001:db8:1::92 dev br0 lladdr 02:aa:bb:cc:00:01 REACHABLE
2001:db8:1::93 dev br0 FAILED
2001:db8:1::94 dev br0 INCOMPLETE
fe80::1 dev br0 lladdr 02:aa:bb:cc:00:02 router STALE
fe80::1 dev eth1 lladdr 02:aa:bb:cc:00:03 DELAY
`;

const openFixed = () => openNeighbours({ readIpv4: async () => ARP, readIpv6: async () => NDP });

test("the MAC behind an IPv4 address is read from the kernel's own table", async () => {
  expect(findMacInArp(ARP, "10.10.0.92")).toBe("02-AA-BB-CC-00-01");
  expect(await openFixed()("::ffff:10.10.0.92")).toBe("02-AA-BB-CC-00-01");
});

test("the MAC behind an IPv6 address is read from the kernel's own table", async () => {
  const findMac = openFixed();
  expect(await findMac("2001:db8:1::92")).toBe("02-AA-BB-CC-00-01");
  expect(await findMac("fe80::1%br0")).toBe("02-AA-BB-CC-00-02");
  expect(await findMac("fe80::1%eth1")).toBe("02-AA-BB-CC-00-03");
});

test("an address that has not answered, or is not there, proves nothing", () => {
  expect(findMacInArp(ARP, "10.10.0.93")).toBeNull();
  expect(findMacInArp(ARP, "10.10.0.9")).toBeNull();
  expect(findMacInArp("", "10.10.0.92")).toBeNull();
  for (const address of ["2001:db8:1::93", "2001:db8:1::94", "2001:db8:1::9", "fe80::1%wan0"])
    expect(readNdp(NDP).has(address), address).toBe(false);
  expect(readNdp("").size).toBe(0);
});

test("ten thousand who ask at once are served by two readings, each by one begun after they asked", async () => {
  let begun = 0;
  let underWay = 0;
  const findMac = openNeighbours({
    readIpv4: async () => "",
    readIpv6: async () => {
      begun += 1;
      underWay += 1;
      expect(underWay).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay -= 1;
      return begun === 1 ? "" : NDP;
    },
  });
  const first = findMac("2001:db8:1::92");
  await Promise.resolve();
  const others = Array.from({ length: 10_000 }, () => findMac("2001:db8:1::92"));
  expect(await first).toBeNull();
  expect(new Set(await Promise.all(others))).toEqual(new Set(["02-AA-BB-CC-00-01"]));
  expect(begun).toBe(2);
});

test("all addresses of a /64 are one to the limits, however they are written", () => {
  const network = networkOf("2001:db8:1:2::1");
  for (const same of [
    "2001:db8:1:2:ffff:ffff:ffff:ffff",
    "2001:0DB8:1:2::9",
    "2001:db8:1:2::3%br0",
  ])
    expect(networkOf(same), same).toBe(network);
  expect(networkOf("2001:db8:1:3::1")).not.toBe(network);
  expect(networkOf("10.10.0.92")).toBe("10.10.0.92");
});
