import {
  type BranchReader,
  type ClockReading,
  findClockReading,
  findLastSeq,
  findPullPosition,
  findSettings,
  findSettingsVersion,
  listToldDevices,
  type Reader,
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
};

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
  // The first look tells the settings, which may have changed since whoever asks has read them.
  let seen = { ...store.read(readMarks), settingsVersion: 0, readingId: 0 };
  return {
    look: () => {
      const now = store.changeCount();
      if (now === commits) return null;
      const news = store.read((tx) => {
        const marks = readMarks(tx);
        const told = listToldDevices(tx, { afterSeq: seen.seq, throughSeq: marks.seq });
        const isChanged = marks.settingsVersion !== seen.settingsVersion;
        const isAll = marks.guestsPosition !== seen.guestsPosition;
        const reading = marks.readingId === seen.readingId ? null : findClockReading(tx);
        seen = marks;
        const settings = isChanged ? findSettings(tx) : null;
        return { settings, deviceIds: isAll ? null : told, reading };
      });
      commits = now;
      const isNothing =
        news.settings === null && news.reading === null && news.deviceIds?.length === 0;
      return isNothing ? null : news;
    },
  };
}

function readMarks(tx: Reader) {
  return {
    seq: findLastSeq(tx),
    settingsVersion: findSettingsVersion(tx),
    guestsPosition: findPullPosition(tx).guests,
    readingId: findClockReading(tx)?.id ?? 0,
  };
}
