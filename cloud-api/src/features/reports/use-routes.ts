import type { Context, Routes } from "../../feature.ts";
import { addReport } from "./add-report.ts";
import { findConsents } from "./consents.ts";
import { findCrowd } from "./crowd.ts";
import { AccessPointsReply, ConsentsReply, CrowdReply, PoliciesReply } from "./schema.ts";
import { findAccessPoints, findPolicies } from "./use.ts";

/** Guests at once, what they agree to, and what they use the Wi-Fi by and through. */
export function useRoutes(routes: Routes, context: Context): void {
  const add = addReport(routes, context);
  add("crowd", {
    summary: "The most guests who were there at once, by hour of the day and by branch",
    reply: CrowdReply,
    find: findCrowd,
  });
  add("consents", {
    summary: "Of the customers who came, how many agreed to what",
    reply: ConsentsReply,
    find: findConsents,
  });
  add("policies", {
    summary: "What guests used under each access policy",
    reply: PoliciesReply,
    find: findPolicies,
  });
  add("access-points", {
    summary: "Sessions through each access controller, and how many of them were lost",
    reply: AccessPointsReply,
    find: findAccessPoints,
  });
}
