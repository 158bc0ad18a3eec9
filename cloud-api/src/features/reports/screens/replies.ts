import type { Static } from "typebox";
import type {
  CustomersReply as CustomersSchema,
  OverviewReply,
  SeriesReply,
  SessionsReply as SessionsSchema,
  VisitsReply as VisitsSchema,
  WaysInReply as WaysInSchema,
} from "../schema.ts";

export type Overview = OverviewReply;
export type Row = Overview["rows"][number];
export type FiguresOf = Overview["figures"];
export type Point = SeriesReply["points"][number];
export type Freshness = Overview["freshness"];
export type CustomersReply = Static<typeof CustomersSchema>;
export type VisitsReply = Static<typeof VisitsSchema>;
export type SessionsReply = Static<typeof SessionsSchema>;
export type WaysInReply = Static<typeof WaysInSchema>;
