import { type Static, Type } from "typebox";

/** Words in each language the branch speaks; a missing one falls back to the branch's first. */
export const LocalText = Type.Partial(
  Type.Object({ vi: Type.String({ maxLength: 4000 }), en: Type.String({ maxLength: 4000 }) }),
);
export type LocalText = Static<typeof LocalText>;
