import { FILL_START } from "@foyer/contract";
import type { Reader } from "./open.ts";

export type PullRow = {
  guests_position: number;
  guests_mark: string | null;
  /** Which position the mark was told with. */
  guests_mark_position: number | null;
  guests_key: string | null;
  guests_page: string | null;
  guests_fill: number;
  counted_epoch: string | null;
  counted_seq: number;
  commands_position: number;
  box_commands_position: number;
  codes_position: number;
  coupons_position: number;
};

export const getPull = (tx: Reader): PullRow => tx.sql("select * from pull").get() as PullRow;

export type HeldPosition = {
  guests: number;
  /** The event that stood there in the cloud's log; null: not told. */
  guestsMark: string | null;
  /** The page of guests to ask for, where all are told anew. */
  guestsPage: string;
  commands: number;
  boxCommands: number;
  codes: number;
  coupons: number;
};

/** What the box holds: where the next pull goes on from. */
export function findPullPosition(tx: Reader): HeldPosition {
  const pull = getPull(tx);
  // An older release, gone back to for a while, moves the position and leaves the mark.
  const isMarked = pull.guests_mark_position === pull.guests_position;
  return {
    ...{ guests: pull.guests_position, guestsPage: pull.guests_page ?? FILL_START },
    guestsMark: isMarked ? pull.guests_mark : null,
    ...{ commands: pull.commands_position, boxCommands: pull.box_commands_position },
    ...{ codes: pull.codes_position, coupons: pull.coupons_position },
  };
}
