import type { Look } from "../schema.ts";
import type { LookChange } from "./draft.ts";

/** What each part of a look is changed by. */
export type LookProps = {
  look: Look;
  putLook: (change: LookChange) => void;
  disabled: boolean;
};
