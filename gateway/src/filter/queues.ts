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

/** What orders the packets of one guest among themselves; see decision 0040. */
export type Leaf = "fq_codel" | "pfifo";

/** tc(8), for `tc -batch`: both queues, with nobody limited yet; made anew, since htb takes no change. */
export function writeQueues({ guestInterface, uplink }: GuestNetwork): string {
  const lines = [
    [guestInterface, DOWN_QUEUE],
    [uplink, UP_QUEUE],
  ].flatMap(([device, major]) => [
    `qdisc add dev ${device} root handle ${major}: htb default 1`,
    `class add dev ${device} parent ${major}: classid ${major}:1 htb rate ${UNLIMITED} quantum 60000`,
  ]);
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
    const ratesOf = (list: readonly OnlineGuest[]) =>
      new Map(list.map((guest) => [classOf(guest.ip, network.prefix), guest[limit]]));
    const [old, wanted] = [ratesOf(before), ratesOf(after)];
    const on = `dev ${network[device]}`;
    const gone = [...old].flatMap(([minor, rate]) =>
      rate !== null && (wanted.get(minor) ?? null) === null
        ? [`class delete ${on} classid ${major}:${minor}`]
        : [],
    );
    const made = [...wanted].flatMap(([minor, rate]) => {
      if (rate === null || old.get(minor) === rate) return [];
      const name = `${major}:${minor}`;
      const line = `class replace ${on} parent ${major}: classid ${name} htb ${writeRate(rate)}`;
      const isNew = (old.get(minor) ?? null) === null;
      return isNew ? [line, `qdisc replace ${on} parent ${name} ${writeLeaf(leaf)}`] : [line];
    });
    return [...gone, ...made];
  });
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

const SIDES = [
  { device: "guestInterface", major: DOWN_QUEUE, limit: "downloadKbps" },
  { device: "uplink", major: UP_QUEUE, limit: "uploadKbps" },
] as const;

/** tc-htb(8): a burst that is smaller than what a tick may send holds a class below its rate. */
function writeRate(kbps: number): string {
  const burst = Math.max(10 * FRAME_BYTES, Math.ceil((kbps * 125) / TICKS_PER_SECOND) * 2);
  return `rate ${kbps}kbit ceil ${kbps}kbit burst ${burst} cburst ${burst} quantum ${FRAME_BYTES}`;
}

const writeLeaf = (leaf: Leaf) => (leaf === "pfifo" ? `pfifo limit ${WAITING_MAX}` : leaf);
