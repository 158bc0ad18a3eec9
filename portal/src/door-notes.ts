import { type BranchStore, keepDoorNote, type NewDoorNote } from "@foyer/branch-store";
import type { DoorNote } from "@foyer/contract";
import type { Logger } from "./log.ts";
import { networkOf } from "./network.ts";
import { limitedAs, type PageContext } from "./page-context.ts";
import { openTally } from "./tally.ts";

/** What was asked of the portal, and answered; whose device it was is said by the page's context. */
export type Said = Pick<DoorNote, "asked" | "answer"> & {
  reason?: string | null;
  policyId?: string | null;
};

type Whose = Pick<PageContext, "arrival" | "contact" | "proof" | "remoteAddress" | "deviceMac">;

export type DoorNotes = {
  note: (whose: Whose, said: Said) => void;
  /** Somebody was led here by what no access controller of the settings would send. */
  noteRefused: (arrival: { remoteAddress: string; reason: string }) => void;
  /** Writes what waits, and notes nothing more. */
  close: () => void;
};

const FLUSH_MILLISECONDS = 500;
/** Between two writings: more is no single branch's guests. */
const WAITING_MAX = 256;
/** A page that waits asks every second or two: the same answer within so long is said once. */
const REPEAT_MILLISECONDS = 30_000;
const REPEATS_KEPT = 2048;

/**
 * From one address, or IPv6 device or /64, within a minute, of devices that were not proved: whoever calls itself by a thousand
 * MACs must not push the guests' own notes out. Behind a NAS that translates them all have one.
 */
const CLAIMS_PER_MINUTE = 120;
/** What whoever looks after the branch reads then: which of the two it is, only they can find out. */
const MANY_CLAIMS = `more than ${CLAIMS_PER_MINUTE} devices a minute from one address: a router that translates addresses and is no access controller's source in the settings, or somebody who makes devices up`;
const MINUTE_MILLISECONDS = 60_000;

/**
 * Notes why guests are led on or turned away, for whoever looks after the branch. Written some at a
 * time and never while a page is made; what the store does not take is forgotten.
 */
export function openDoorNotes({
  store,
  clock,
  log,
}: {
  store: BranchStore;
  clock: () => Date;
  log: Logger;
}): DoorNotes {
  const said = new Map<string, number>();
  let waiting: NewDoorNote[] = [];
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  const isRepeat = (key: string, at: number) => {
    const last = said.get(key);
    if (last !== undefined && Math.abs(at - last) < REPEAT_MILLISECONDS) return true;
    said.delete(key);
    const [oldest] = said.keys();
    if (said.size >= REPEATS_KEPT && oldest !== undefined) said.delete(oldest);
    said.set(key, at);
    return false;
  };
  const countClaims = openTally(MINUTE_MILLISECONDS);
  const isFlood = (address: string, at: Date) => {
    const count = countClaims(address, at.getTime());
    if (count === CLAIMS_PER_MINUTE + 1) take(ofNobody(at, MANY_CLAIMS));
    return count > CLAIMS_PER_MINUTE;
  };
  const flush = () => {
    timer = null;
    const notes = waiting;
    waiting = [];
    if (notes.length === 0) return;
    try {
      store.transaction((tx) => {
        for (const note of notes) keepDoorNote(tx, note);
      });
    } catch (error) {
      log.warn({ err: error, notes: notes.length }, "what was noted at the door is forgotten");
    }
  };
  const take = (note: NewDoorNote) => {
    waiting.push(note);
    timer ??= setTimeout(flush, FLUSH_MILLISECONDS).unref();
  };
  const ofNobody = (at: Date, reason: string): NewDoorNote => ({
    ...{ at, by: "portal", mac: null, phone: null, nasId: null, sender: null },
    ...{ asked: "page", answer: "refused", reason, policyId: null },
  });
  const isFull = () => isClosed || waiting.length >= WAITING_MAX;
  return {
    noteRefused: ({ remoteAddress, reason }) => {
      const at = clock();
      if (isFull() || isRepeat(reason, at.getTime())) return;
      if (isFlood(networkOf(remoteAddress), at)) return;
      take(ofNobody(at, reason));
    },
    note: (whose, { asked, answer, reason = null, policyId = null }) => {
      if (isFull()) return;
      const { arrival, contact, proof } = whose;
      const { mac, nasId } = arrival;
      const at = clock();
      if (isRepeat(`${mac} ${nasId} ${asked} ${answer} ${reason}`, at.getTime())) return;
      if (proof === null && isFlood(limitedAs(whose), at)) return;
      const phone = contact?.kind === "phone" ? contact.value : null;
      take({
        ...{ at, by: "portal", mac, phone, nasId, sender: null },
        ...{ asked, answer, reason, policyId },
      });
    },
    close: () => {
      isClosed = true;
      if (timer) clearTimeout(timer);
      flush();
    },
  };
}
