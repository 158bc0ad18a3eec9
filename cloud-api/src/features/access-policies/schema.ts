import { AccessPolicy } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";

export const BranchParams = Type.Object({ id: Id });

const Version = Type.Integer({
  minimum: 1,
  description: "Of the branch's settings; saving a list asks for the one it was made from",
});

export const PoliciesReply = Type.Object({
  version: Version,
  timeZone: Type.String({ description: "The clock that hours and days are on" }),
  policies: Type.Array(AccessPolicy, { description: "Tried in this order; the first that fits" }),
});
export type PoliciesReply = Static<typeof PoliciesReply>;

export const PoliciesBody = Type.Object({
  version: Version,
  policies: Type.Array(AccessPolicy, { minItems: 1, maxItems: 50 }),
});
export type PoliciesBody = Static<typeof PoliciesBody>;

/** Who may go online for how long, as a box holds it. */
export type Policy = Static<typeof AccessPolicy>;
