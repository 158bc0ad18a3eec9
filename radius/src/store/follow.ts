import {
  type BranchReader,
  type ClockReading,
  findClockReading,
  findLastErasedRow,
  findLastSeq,
  findLastTicketRow,
  findPullPosition,
  findSettings,
  findSettingsVersion,
  listToldDevices,
  type Reader,
  tellWaitingTickets,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";

/** What was committed since the last look, by whichever process. */
export type News = {
  /** Null: as they were. */
  settings: BranchSettings | null;
  /** The devices something was told of; null: too many to say, or what the cloud knows of guests. */
  deviceIds: readonly string[] | null;
  /** By which the box's time goes from now on; null: as it was. */
  reading: ClockReading | null;
  /** Those that were issued and wait for their NAS, as `tellWaitingTickets` tells; empty: none. */
  tickets: string;
};

/** More than this in one look is a queue at no branch's door; those before it are looked up. */
const TICKETS_TOLD_MAX = 8192;

/** The store could not be looked at. */
export type LookFault = { code: string; message: string };

/** What the reader's thread tells without being asked. */
export type Word = { kind: "news"; news: News } | { kind: "fault"; fault: LookFault };

export type Follower = {
  /** Null: nothing that matters. */
  look: () => News | null;
};

/**
 * Follows the store by its outbox, since every change of state has its event there. Rows that an
 * acknowledgement took away before they were seen count as news about every device.
 */
export function createFollower(store: BranchReader): Follower {
  let commits: number | null = null;
  // The first look tells the settings, which may have changed since whoever asks has read them, and
  // the tickets that wait already.
  let seen = { ...store.read(readMarks), settingsVersion: 0, readingId: 0, ticketRow: 0 };
  return {
    look: () => {
      const now = store.changeCount();
      if (now === commits) return null;
      const news = store.read((tx) => {
        const marks = readMarks(tx);
        const told = listToldDevices(tx, { afterSeq: seen.seq, throughSeq: marks.seq });
        const isChanged = marks.settingsVersion !== seen.settingsVersion;
        const isAll =
          marks.guestsPosition !== seen.guestsPosition || marks.erasedRow !== seen.erasedRow;
        const reading = marks.readingId === seen.readingId ? null : findClockReading(tx);
        const tickets = tellNewTickets(tx, seen.ticketRow, marks.ticketRow);
        seen = marks;
        const settings = isChanged ? findSettings(tx) : null;
        return { settings, deviceIds: isAll ? null : told, reading, tickets };
      });
      commits = now;
      const { settings, reading, tickets, deviceIds } = news;
      const isNothing = !settings && !reading && !tickets && deviceIds?.length === 0;
      return isNothing ? null : news;
    },
  };
}

function readMarks(tx: Reader) {
  return {
    seq: findLastSeq(tx),
    settingsVersion: findSettingsVersion(tx),
    guestsPosition: findPullPosition(tx).guests,
    erasedRow: findLastErasedRow(tx),
    readingId: findClockReading(tx)?.id ?? 0,
    ticketRow: findLastTicketRow(tx),
  };
}

/** Once all rows are gone their numbers begin anew. */
function tellNewTickets(tx: Reader, seenRow: number, lastRow: number): string {
  if (lastRow === seenRow) return "";
  const firstNew = lastRow < seenRow ? 0 : seenRow;
  const afterRow = Math.max(firstNew, lastRow - TICKETS_TOLD_MAX);
  return tellWaitingTickets(tx, { afterRow, throughRow: lastRow });
}
