import type { Static } from "typebox";
import type { OverviewReply as OverviewSchema, VisitListReply } from "../schema.ts";

/** GET /api/v1/overview */
export type OverviewReply = Static<typeof OverviewSchema>;

/** One day of each branch's own calendar. Anonymous visits are no customers', so they stand apart. */
export type Day = OverviewReply["days"][number];

/** A visit, as GET /api/v1/visits and /api/v1/customers/:id/visits answer. */
export type Visit = Static<typeof VisitListReply>["visits"][number];
