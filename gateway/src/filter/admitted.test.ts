import { describe, expect, test } from "vitest";
import { guestNetwork, MAC_ONE, MAC_TWO } from "../../test/guest-network.ts";
import { admit, foldCounts, keepCounts, listOnline, putOut, totalOf } from "./admitted.ts";
import { readCounters } from "./counters.ts";
import { readLeases } from "./leases.ts";
import { readState, writeState } from "./state-file.ts";

const rates = { uploadKbps: 1000, downloadKbps: null };
const leases = [
  { mac: MAC_ONE, ip: "10.42.0.11", until: 100 },
  { mac: MAC_TWO, ip: "10.42.0.12", until: 100 },
];
const inside = admit(new Map(), MAC_ONE, rates);
const counted = (bytes: number) => ({
  uploads: new Map([["02:00:00:00:00:11 10.42.0.11", bytes]]),
  downloads: new Map([["10.42.0.11", bytes * 10]]),
});
const total = (list: typeof inside) => totalOf(list.get(MAC_ONE) as never);

describe("who is let in", () => {
  test("is online at the address that the device has, and nowhere without one", () => {
    expect(listOnline(inside, leases)).toEqual([{ mac: MAC_ONE, ip: "10.42.0.11", ...rates }]);
    expect(listOnline(inside, leases.slice(1))).toEqual([]);
    expect(listOnline(putOut(inside, MAC_ONE), leases)).toEqual([]);
  });

  test("keeps what was counted when the rates change, the address does, or the kernel begins anew", () => {
    const [place] = leases;
    const once = keepCounts(inside, [place as never], counted(100));
    expect(total(once)).toEqual({ uploadBytes: 100, downloadBytes: 1000 });
    expect(total(admit(once, MAC_ONE, { ...rates, uploadKbps: 5 }))).toEqual(total(once));
    const anew = keepCounts(foldCounts(once, [MAC_ONE]), [place as never], counted(7));
    expect(total(anew)).toEqual({ uploadBytes: 107, downloadBytes: 1070 });
    expect(total(keepCounts(once, leases.slice(1), counted(900)))).toEqual(total(once));
  });

  test("is read from the disk as it was written, and of a line that is wrong nobody is let in", () => {
    const state = { admitted: inside, walledGarden: ["pay.example"] };
    expect(readState(writeState(state))).toEqual(state);
    const strange = writeState(state).replace(MAC_ONE, "01-00-5E-00-00-01");
    expect(readState(strange).admitted.size).toBe(0);
    expect(() => readState("{")).toThrow();
    expect(() => readState('{"version":2}')).toThrow("version 2");
  });
});

describe("dnsmasq's leases", () => {
  test("are read line by line; what is none, or half of one, is passed over", () => {
    const text = [
      "1795755764 02:00:00:00:00:11 10.42.0.11 phone 01:02:00:00:00:00:11",
      "1795755764 02:00:00:00:00:12 10.43.0.12 * *",
      "duid 00:01:00:01",
      "1795755764 33 fd00::1 * 00:01",
      "1795755764 02:00:00:00:00:13 10.42.0.1",
    ].join("\n");
    expect(readLeases(text, guestNetwork)).toEqual([
      { mac: MAC_ONE, ip: "10.42.0.11", until: 1_795_755_764 },
    ]);
  });

  test("hold one address a device: the newer one", () => {
    const line = (until: number, ip: string) => `${until} 02:00:00:00:00:11 ${ip} * *`;
    const [lease] = readLeases(
      [line(20, "10.42.0.20"), line(10, "10.42.0.10")].join("\n"),
      guestNetwork,
    );
    expect(lease).toMatchObject({ ip: "10.42.0.20" });
  });
});

test("nft's counters are read by address, and by MAC and address", () => {
  const set = (elem: unknown[]) =>
    JSON.stringify({ nftables: [{ metainfo: {} }, { set: { elem } }] });
  const counter = { packets: 1, bytes: 77 };
  expect(
    readCounters(
      set([
        { elem: { val: { concat: ["02:00:00:00:00:11", "10.42.0.11"] }, counter } },
        { elem: { val: "10.42.0.12", counter } },
        "10.42.0.13",
      ]),
    ),
  ).toEqual(
    new Map([
      ["02:00:00:00:00:11 10.42.0.11", 77],
      ["10.42.0.12", 77],
    ]),
  );
  expect(readCounters('{"nftables":[{"set":{"name":"online"}}]}').size).toBe(0);
  expect(() => readCounters('{"nftables":[]}')).toThrow("listed no set");
});
