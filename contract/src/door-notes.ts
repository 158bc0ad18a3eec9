import { type Static, Type } from "typebox";
import { Id, Mac, Phone, Timestamp } from "./personal.ts";

/** Asks a box what it noted of a device, or of whoever has a number: DoorNotes are its answer. */
export const TRACE = "guests.trace";

/** Whom a command is about, where that is no device of the cloud's. */
export const CommandSubject = Type.Union([
  Type.Object({ mac: Mac }),
  Type.Object({ phone: Phone }),
]);
export type CommandSubject = Static<typeof CommandSubject>;

/** A word of the box's own: what staff read of it is the cloud's to say. */
const Word = Type.String({ pattern: "^[a-z0-9][a-z0-9.:-]*$", maxLength: 64 });

/** What was asked at a box's door, and what it answered. Nothing in it says a number or a code. */
export const DoorNote = Type.Object({
  at: Timestamp,
  by: Type.Union([Type.Literal("radius"), Type.Literal("portal")]),
  mac: Mac,
  /** Null: an access controller that the settings do not know. */
  nasId: Type.Union([Id, Type.Null()]),
  /** Such as `log-in`, `device`, `page`, `code`. */
  asked: Word,
  /** `told`: it was answered neither yes nor no, as by a page that was shown. */
  answer: Type.Union([Type.Literal("let-in"), Type.Literal("refused"), Type.Literal("told")]),
  /** Why, in a word: what decided. Null: nothing stood against it. */
  reason: Type.Union([Word, Type.Null()]),
  policyId: Type.Union([Id, Type.Null()]),
});
export type DoorNote = Static<typeof DoorNote>;

/** More is never told of at once: the newest. */
export const DOOR_NOTES_TOLD_MAX = 300;
/** What a box keeps at most: a busy branch has some thousand a day. */
export const DOOR_NOTES_KEPT_MAX = 20_000;
/** How long a box keeps them. */
export const DOOR_NOTES_HOURS = 72;

/** What a box noted, for the command that asked for it. */
export const DoorNotes = Type.Object({
  commandId: Id,
  /** The oldest first. */
  notes: Type.Array(DoorNote, { maxItems: DOOR_NOTES_TOLD_MAX }),
  /** Since when it keeps any: before that it cannot tell. */
  since: Timestamp,
});
export type DoorNotes = Static<typeof DoorNotes>;
