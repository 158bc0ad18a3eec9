import { Type } from "typebox";
import { Id } from "./personal.ts";

export const Secret = Type.String({ minLength: 8, maxLength: 128 });

/** What every access controller has. */
export const nasCommon = {
  id: Id,
  name: Type.String({ maxLength: 100 }),
  /** Where its own packets and requests come from: an address or CIDR, v4 or v6. The longest prefix wins. */
  source: Type.String({ maxLength: 64 }),
};
