import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { guestNetwork, MAC_ONE, MAC_TWO } from "../../test/guest-network.ts";
import type { Guests } from "./network.ts";
import { writeFairQueues, writeQueueChanges, writeQueues } from "./queues.ts";
import { writeChanges, writeRuleset } from "./ruleset.ts";

const one = { mac: MAC_ONE, ip: "10.42.0.11", uploadKbps: 1000, downloadKbps: 2000 };
const two = { mac: MAC_TWO, ip: "10.42.0.12", uploadKbps: null, downloadKbps: null };
const NOBODY: Guests = { leased: [], online: [] };
const guests: Guests = { leased: [one, two], online: [one] };

test("a ruleset is the whole of what the kernel is told, laid in the place of an earlier one", () => {
  expect(writeRuleset(guestNetwork, guests)).toMatchSnapshot();
});

test("a guest who is let in is put into every set, and one who is put out is taken out of them", () => {
  const after = { leased: [one, two], online: [one, two] };
  expect(writeChanges(guestNetwork, guests, after)).toBe(
    [
      "add element inet foyer_gateway online { 02:00:00:00:00:12 . 10.42.0.12 }",
      "add element inet foyer_gateway online_ips { 10.42.0.12 }",
      "add element inet foyer_gateway down_queue { 10.42.0.12 : 1:d }",
      "add element inet foyer_gateway up_queue { 10.42.0.12 : 2:d }",
      "",
    ].join("\n"),
  );
  expect(writeChanges(guestNetwork, after, guests)).toBe(
    writeChanges(guestNetwork, guests, after).replaceAll("add element", "delete element"),
  );
});

test("a lease is known to the rules for ARP as well, from when it is given to when it ends", () => {
  const lines = writeChanges(guestNetwork, NOBODY, { leased: [one], online: [] });
  expect(lines).toBe(
    [
      "add element inet foyer_gateway leased { 02:00:00:00:00:11 . 10.42.0.11 }",
      "add element arp foyer_gateway leased { 02:00:00:00:00:11 . 10.42.0.11 }",
      "",
    ].join("\n"),
  );
});

test("a guest who was given another address has the old one taken from them before", () => {
  const moved = { ...one, ip: "10.42.1.7" };
  const lines = writeChanges(guestNetwork, guests, { leased: [moved, two], online: [moved] });
  expect(lines).toContain(
    "delete element inet foyer_gateway online { 02:00:00:00:00:11 . 10.42.0.11 }",
  );
  expect(lines).toContain(
    "add element inet foyer_gateway online { 02:00:00:00:00:11 . 10.42.1.7 }",
  );
  expect(lines.lastIndexOf("delete element")).toBeLessThan(lines.indexOf("add element"));
});

test("nothing is told where nothing has changed, be the rates others", () => {
  const faster = { ...guests, online: [{ ...one, downloadKbps: 9000 }] };
  expect(writeChanges(guestNetwork, guests, guests)).toBe("");
  expect(writeChanges(guestNetwork, guests, faster)).toBe("");
});

test("the queues let everybody through whom no rate was set", () => {
  expect(writeQueues(guestNetwork)).toMatchSnapshot();
  expect(writeQueueChanges(guestNetwork, { before: [], after: [two], leaf: "fq_codel" })).toBe("");
});

test("whom no rate was set has fq_codel towards either side, where the kernel has it", () => {
  expect(writeFairQueues(guestNetwork)).toBe(
    "qdisc replace dev eth1 parent 1:1 fq_codel\nqdisc replace dev eth0 parent 2:1 fq_codel\n",
  );
});

test("a rate is a class of the guest's own towards either side, changed in place and taken away", () => {
  const change = (before: readonly (typeof one | typeof two)[], after: typeof before) =>
    writeQueueChanges(guestNetwork, { before, after, leaf: "fq_codel" });
  expect(change([], [one])).toMatchSnapshot();
  expect(change([one], [{ ...one, downloadKbps: 4000 }])).toMatch(
    /^class replace dev eth1 parent 1: classid 1:c htb rate 4000kbit [^\n]*\n$/,
  );
  expect(change([one], [one])).toBe("");
  const gone = "class delete dev eth1 classid 1:c\nclass delete dev eth0 classid 2:c\n";
  expect(change([one], [])).toBe(gone);
  expect(change([one], [{ ...two, ip: one.ip }])).toBe(gone);
});

test("on a line whose rates are known everybody has a class below it, and the box's own calls a part", () => {
  const line = { uploadKbps: 4000, downloadKbps: 20_000 };
  const network = { ...guestNetwork, line };
  expect(writeQueues(network)).toMatchSnapshot();
  const change = (before: (typeof one | typeof two)[], after: typeof before) =>
    writeQueueChanges(network, { before, after, leaf: "fq_codel" });
  expect(change([], [one, two])).toMatchSnapshot();
  // As fast as the line is nobody is held apart from it.
  expect(change([two], [{ ...two, uploadKbps: 9000, downloadKbps: 90_000 } as never])).toBe("");
  expect(change([one], [{ ...two, ip: one.ip }])).toMatch(/^class replace .* ceil 20000kbit /);
  expect(change([two], [])).toBe(
    "class delete dev eth1 classid 1:d\nclass delete dev eth0 classid 2:d\n",
  );
});

test("a kernel without fq_codel has a guest's packets wait in one line", () => {
  expect(writeQueueChanges(guestNetwork, { before: [], after: [one], leaf: "pfifo" })).toContain(
    "qdisc replace dev eth1 parent 1:c pfifo limit 100\n",
  );
});

const why = findWhyNot();
if (why && process.env.FOYER_REQUIRE_PEERS === "1") throw new Error(why);
if (why) console.warn(`${why}: skipped`);

describe.skipIf(why !== null)("nft", () => {
  test("finds nothing to complain of in the rules, with guests and without", () => {
    for (const each of [NOBODY, guests]) expect(check(writeRuleset(guestNetwork, each))).toBe("");
  });

  test("can make of the rules with some guests the rules with others", () => {
    const changes = writeChanges(guestNetwork, NOBODY, guests);
    expect(check(writeRuleset(guestNetwork, NOBODY) + changes)).toBe("");
    const back = writeChanges(guestNetwork, guests, NOBODY);
    expect(check(writeRuleset(guestNetwork, guests) + back)).toBe("");
  });
});

/** In a network of its own: nothing of this machine's is looked at. */
function check(rules: string): string {
  const asked = spawnSync("unshare", ["--net", "nft", "-c", "-f", "-"], { input: rules });
  return `${asked.stderr}`;
}

function findWhyNot(): string | null {
  if (spawnSync("nft", ["--version"]).status !== 0)
    return "nft is not installed (Debian package nftables)";
  return spawnSync("unshare", ["--net", "true"]).status === 0
    ? null
    : "a network namespace needs root";
}
