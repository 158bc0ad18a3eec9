import type { Static } from "typebox";
import type { BoxReply, BranchReply, EnrolmentReply, NewBranchBody } from "../schema.ts";

/** A box, and when and with what it was last heard. */
export type Box = Static<typeof BoxReply>;

/** A branch, as GET /api/v1/branches answers. */
export type Branch = Static<typeof BranchReply>;

/** What POST …/boxes answers: the key in it is told this once. */
export type AddedBox = Static<typeof EnrolmentReply>;
export type Enrolment = AddedBox["enrolment"];

export type NewBranch = Static<typeof NewBranchBody>;
