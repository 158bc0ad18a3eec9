import type { Static } from "typebox";
import type {
  AddedBoxReply,
  BoxOfferReply,
  BoxReply,
  BranchReply,
  NewBranchBody,
} from "../schema.ts";

/** A box, and when and with what it was last heard. */
export type Box = Static<typeof BoxReply>;

/** A branch, as GET /api/v1/branches answers. */
export type Branch = Static<typeof BranchReply>;

/** What POST …/boxes answers: the code in it is told this once. */
export type AddedBox = Static<typeof AddedBoxReply>;
export type BoxOffer = Static<typeof BoxOfferReply>;

export type NewBranch = Static<typeof NewBranchBody>;
