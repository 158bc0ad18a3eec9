import type { Moment as MomentReply, TimelineReply as Reply } from "../schema.ts";

/** GET /api/v1/customers/:id/timeline */
export type TimelineReply = Reply;
/** One thing that was of a customer. */
export type TimelineMoment = MomentReply;
