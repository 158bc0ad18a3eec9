import { type Static, Type } from "typebox";
import { VersionNumber } from "./personal.ts";

/**
 * Settings by their parts, the document's own fields but for its version: all of them by hash, and those
 * whole that the box does not hold. In them each picture stands as its hash, to be asked for where the
 * box has not got it.
 */
export const SettingsParts = Type.Object({
  version: VersionNumber,
  /** Every part of the document, by hashPart. */
  hashes: Type.Record(Type.String(), Type.String({ pattern: "^[0-9a-f]{32}$" })),
  /** Those that differ from what the box said it holds. */
  parts: Type.Record(Type.String(), Type.Unknown()),
});
export type SettingsParts = Static<typeof SettingsParts>;
