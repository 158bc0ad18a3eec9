import type { GuestNetwork, OnlineGuest } from "./network.ts";
import { classOf, DOWN_QUEUE, UP_QUEUE } from "./ruleset.ts";

/** Faster than any machine that this runs on. */
const UNLIMITED = "10gbit";
/** Linux/if_ether.h: the longest frame without offloading, with its header. */
const FRAME_BYTES = 1514;
/** HZ of Debian's kernels: how often a class is let send, at the least. */
const TICKS_PER_SECOND = 250;
/** Packets that wait for one guest, where the kernel has no fq_codel. */
const WAITING_MAX = 100;

/** The class of all that the line carries; a host part is no larger than half of that. */
const LINE_CLASS = "ffff";
/** What a guest is sure of, in kbit/s: five hundred of them together have less than a small line carries. */
const SURE_KBPS = 8;
/** The part of the line that the box's own calls are sure of: a code must not wait for an upload. */
const OWN_PART = 0.05;

/** What orders the packets of one guest among themselves; see decision 0040. */
export type Leaf = "fq_codel" | "pfifo";

/** tc(8), for `tc -batch`: both queues, with nobody limited yet; made anew, since htb takes no change. */
export function writeQueues(network: GuestNetwork): string {
  const lines = SIDES.flatMap(({ device, major, limit, isOwnOnLine }) => {
    const on = `dev ${network[device]}`;
    const line = network.line[limit];
    const add = (parent: string, minor: string, rest: string) =>
      `class add ${on} parent ${major}:${parent} classid ${major}:${minor} htb ${rest}`;
    const own = { rate: Math.ceil((line ?? 0) * OWN_PART), ceil: line ?? 0 };
    return [
      `qdisc add ${on} root handle ${major}: htb default 1`,
      ...(line === null ? [] : [add("", LINE_CLASS, writeRate({ rate: line, ceil: line }))]),
      line !== null && isOwnOnLine
        ? add(LINE_CLASS, "1", writeRate(own))
        : add("", "1", `rate ${UNLIMITED} quantum 60000`),
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** tc(8): fq_codel for everybody whom no rate was set; refused by a kernel that has none. */
export function writeFairQueues({ guestInterface, uplink }: GuestNetwork): string {
  const line = (device: string, major: string) =>
    `qdisc replace dev ${device} parent ${major}:1 fq_codel\n`;
  return line(guestInterface, DOWN_QUEUE) + line(uplink, UP_QUEUE);
}

/** What gives the guests of the second list their rates, where the first was in force; empty: nothing. */
export function writeQueueChanges(
  network: GuestNetwork,
  change: { before: readonly OnlineGuest[]; after: readonly OnlineGuest[]; leaf: Leaf },
): string {
  const { before, after, leaf } = change;
  const lines = SIDES.flatMap(({ device, major, limit }) => {
    const line = network.line[limit];
    const parent = line === null ? "" : LINE_CLASS;
    // On a line that is shared everybody has a class: what is left over goes round all that have packets.
    const ceilOf = (rate: number | null) => (line === null ? rate : Math.min(rate ?? line, line));
    const ratesOf = (list: readonly OnlineGuest[]) =>
      new Map(list.map((guest) => [classOf(guest.ip, network.prefix), ceilOf(guest[limit])]));
    const [old, wanted] = [ratesOf(before), ratesOf(after)];
    const on = `dev ${network[device]}`;
    const gone = [...old].flatMap(([minor, rate]) =>
      rate !== null && (wanted.get(minor) ?? null) === null
        ? [`class delete ${on} classid ${major}:${minor}`]
        : [],
    );
    const made = [...wanted].flatMap(([minor, ceil]) => {
      if (ceil === null || old.get(minor) === ceil) return [];
      const name = `${major}:${minor}`;
      const rate = line === null ? ceil : Math.min(SURE_KBPS, ceil);
      const words = `class replace ${on} parent ${major}:${parent} classid ${name} htb`;
      const made = `${words} ${writeRate({ rate, ceil })}`;
      const isNew = (old.get(minor) ?? null) === null;
      return isNew ? [made, `qdisc replace ${on} parent ${name} ${writeLeaf(leaf)}`] : [made];
    });
    return [...gone, ...made];
  });
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

const SIDES = [
  // What the box itself sends to guests, its pages, comes over no line.
  { device: "guestInterface", major: DOWN_QUEUE, limit: "downloadKbps", isOwnOnLine: false },
  { device: "uplink", major: UP_QUEUE, limit: "uploadKbps", isOwnOnLine: true },
] as const;

/** tc-htb(8): a burst that is smaller than what a tick may send holds a class below its rate. */
function writeRate({ rate, ceil }: { rate: number; ceil: number }): string {
  const burst = Math.max(10 * FRAME_BYTES, Math.ceil((ceil * 125) / TICKS_PER_SECOND) * 2);
  return `rate ${rate}kbit ceil ${ceil}kbit burst ${burst} cburst ${burst} quantum ${FRAME_BYTES}`;
}

const writeLeaf = (leaf: Leaf) => (leaf === "pfifo" ? `pfifo limit ${WAITING_MAX}` : leaf);
