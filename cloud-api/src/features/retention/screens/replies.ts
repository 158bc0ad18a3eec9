import type { RetentionReply } from "../schema.ts";

/** GET /api/v1/retention */
export type Retention = RetentionReply;
export type Rule = Retention["rules"][number];
export type Purge = Retention["purges"][number];
export type BranchDays = Retention["branches"][number];

export const KEY = ["retention"];
export const PATH = "/retention";
