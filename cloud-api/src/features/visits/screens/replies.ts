import type { Static } from "typebox";
import type {
  OverviewReply as OverviewSchema,
  UseReply as UseSchema,
  UseSessionsReply,
  VisitListReply,
} from "../schema.ts";

/** GET /api/v1/overview */
export type OverviewReply = Static<typeof OverviewSchema>;

/** A visit, as GET /api/v1/visits and /api/v1/customers/:id/visits answer. */
export type Visit = Static<typeof VisitListReply>["visits"][number];

/** What sessions come to, as GET /api/v1/customers/:id/wifi-use answers. */
export type WifiUse = Static<typeof UseSchema>;
export type DeviceUse = WifiUse["devices"][number];

/** One session on the Wi-Fi, as GET /api/v1/customers/:id/sessions answers. */
export type UseSession = Static<typeof UseSessionsReply>["sessions"][number];
