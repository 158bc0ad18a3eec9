import { type Static, Type } from "typebox";
import { CommandSubject } from "./door-notes.ts";
import { Id, Timestamp } from "./personal.ts";

/**
 * What staff may ask one box to do, beside SEND_OFF and END_CREDENTIAL:
 * - `box.refresh`: take settings and known guests anew;
 * - `guests.unblock`: forget the wrong codes and rooms that were tried, of one device or of all;
 * - `box.send-logs`: hand over the newest lines of its logs, without personal data;
 * - `box.re-enrol`: make itself a new key, in the place of the one it signs its calls with;
 * - `box.upgrade`: look at once for a release that is offered to it, and install it outside opening hours.
 */
export const BOX_COMMAND_KINDS = [
  "box.refresh",
  "guests.unblock",
  "box.send-logs",
  "box.re-enrol",
  "box.upgrade",
] as const;
export type BoxCommandKind = (typeof BOX_COMMAND_KINDS)[number];

/** Takes a device off the Wi-Fi: every box of its branch is asked. */
export const SEND_OFF = "guest.disconnect";

/**
 * Ends what a device opens the secure SSID with: the box that gave it is asked. It is refused at its next
 * log-in, and what goes on by it is ended.
 */
export const END_CREDENTIAL = "credential.revoke";

/** Of a box's answer to a command that its release does not know, or its installation cannot do. */
export const NOT_SUPPORTED = "not-supported";
/** Of a command that came too late. */
export const EXPIRED = "expired";

/** A command to one box. */
export const BoxCommand = Type.Object({
  id: Id,
  /** Rises with each command to this box: what it asks from next time. */
  position: Type.Integer({ minimum: 1 }),
  /** Not a closed list: a box answers NOT_SUPPORTED to one it does not know. */
  kind: Type.String({ pattern: "^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$", maxLength: 64 }),
  deviceId: Type.Optional(Id),
  /** Of TRACE: whose way in is asked about. */
  about: Type.Optional(CommandSubject),
  /** An order that comes too late is not carried out. */
  expiresAt: Type.String({ format: "date-time" }),
});
export type BoxCommand = Static<typeof BoxCommand>;

/** What became of a command at this box. */
export const CommandAnswer = Type.Object({
  commandId: Id,
  /** A word or two, such as `done`, `acknowledged`, `timed-out` or `refused 503`. */
  outcome: Type.String({ pattern: "^[a-z0-9][a-z0-9 -]*$", maxLength: 64 }),
  finishedAt: Timestamp,
});
export type CommandAnswer = Static<typeof CommandAnswer>;

export const COMMAND_ANSWERS_MAX = 100;

export const CommandAnswers = Type.Object({
  answers: Type.Array(CommandAnswer, { minItems: 1, maxItems: COMMAND_ANSWERS_MAX }),
});
export type CommandAnswers = Static<typeof CommandAnswers>;

/** Of the lines themselves, before they are packed. */
export const LOG_BYTES_MAX = 1024 * 1024;

/** The newest lines of a box's logs, for the command that asked for them. */
export const BoxLog = Type.Object({
  commandId: Id,
  /** Lines of JSON, gzip, base64. */
  packed: Type.String({ pattern: "^[A-Za-z0-9+/]+={0,2}$", maxLength: 1_500_000 }),
});
export type BoxLog = Static<typeof BoxLog>;
