import { Type } from "typebox";

/** A box's sync agent came up. Tells a branch's cloud page which release runs there. */
export const boxStarted = Type.Object({
  release: Type.String({ maxLength: 32 }),
  /** The version of the branch settings in force; 0 before the first. */
  settingsVersion: Type.Integer({ minimum: 0 }),
});
