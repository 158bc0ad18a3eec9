import { type Static, Type } from "typebox";
import { Retention } from "../retention.ts";

/** A box's sync agent came up. Tells a branch's cloud page which release runs there. */
export const boxStarted = Type.Object({
  release: Type.String({ maxLength: 32 }),
  /** The version of the branch settings in force; 0 before the first. */
  settingsVersion: Type.Integer({ minimum: 0 }),
});

const Count = Type.Integer({ minimum: 0 });

/** What a box has removed because its time was over, in one pass, and the days it went by. */
export const boxPurged = Type.Object({
  retention: Retention,
  removed: Type.Object({
    /** Sessions whose addresses went, and sessions and visits that went whole. */
    networkLogs: Count,
    sessions: Count,
    visits: Count,
    /** MACs that were forgotten, and devices that are nobody's any more. */
    macs: Count,
    devices: Count,
    guests: Count,
    consents: Count,
    surveyAnswers: Count,
    /** Whose coupons were; absent: from a release that gave none. */
    coupons: Type.Optional(Count),
    codes: Count,
  }),
});
export type Purged = Static<typeof boxPurged>["removed"];
