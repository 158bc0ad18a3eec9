import { type Static, Type } from "typebox";

export const ROOM_STAYS_MAX = 3000;

/** Who has a room of a hotel or a clinic, and until when: what a guest there signs in by. */
export const RoomStay = Type.Object({
  room: Type.String({ minLength: 1, maxLength: 20 }),
  /** The surname of the booking; accents and case do not matter. */
  name: Type.String({ minLength: 1, maxLength: 100 }),
  validFrom: Type.String({ format: "date-time" }),
  /** Check-out, half-open: from then on nobody is online by this stay. */
  validUntil: Type.String({ format: "date-time" }),
});
export type RoomStay = Static<typeof RoomStay>;

/** A room's number in the one form that is compared: "12 b", "12-B" and "12B" are one room. */
export function foldRoom(typed: string): string {
  return typed
    .normalize("NFKC")
    .replaceAll(/[\s\p{Pd}\p{Cf}._/]/gu, "")
    .toUpperCase();
}

/** Letters that Unicode does not take apart into a plain one and a mark. */
const PLAIN: Readonly<Record<string, string>> = {
  đ: "d",
  ø: "o",
  ł: "l",
  ß: "ss",
  æ: "ae",
  œ: "oe",
};

/** A name in the one form that is compared: "Nguyễn", "NGUYEN" and "nguyen" are one name. */
export function foldName(typed: string): string {
  return typed
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .replaceAll(/[đøłßæœ]/g, (letter) => PLAIN[letter] ?? letter)
    .normalize("NFKC");
}

/** Says which entry is wrong, never whose it is: a reason ends up in logs. */
export function findStayFault(stays: readonly RoomStay[]): string | null {
  for (const [index, { room, name, validFrom, validUntil }] of stays.entries()) {
    if (foldRoom(room) === "") return `/roomStays/${index}/room has neither letters nor digits`;
    if (foldName(name) === "") return `/roomStays/${index}/name has no letters`;
    if (Date.parse(validFrom) >= Date.parse(validUntil))
      return `/roomStays/${index}/validUntil is not after validFrom`;
  }
  return null;
}
