import { uuidv7obj } from "uuidv7";

/** Where every time in the program comes from, so that a test can move it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** A new UUIDv7, made here because PostgreSQL 15 has none. */
export function newId(): string {
  return uuidv7obj().toString();
}
