import { type Static, type TInteger, Type } from "typebox";

/**
 * How long a box keeps what, in days: what holds where nobody says otherwise, and between which days
 * anybody may. Below the least the box could not do its work; above the most nobody needs it.
 */
export const BOX_RETENTION = {
  /** Which address a device had when, and by which access point: what some laws want kept. */
  networkLogDays: { standard: 90, min: 7, max: 1825 },
  /** Sessions and visits one by one. Reports may come weeks late, hence the least. */
  visitDays: { standard: 730, min: 35, max: 3650 },
  /** That a device is somebody's, and its MAC; a MAC that a phone made up goes sooner. */
  deviceDays: { standard: 90, min: 1, max: 730 },
  deviceRandomisedDays: { standard: 14, min: 1, max: 730 },
  /** Since a guest was last heard of: after that they are nobody, and their visits still count. */
  guestDays: { standard: 730, min: 90, max: 3650 },
  /** That somebody had agreed, after they were forgotten: proof, of nobody. */
  consentDays: { standard: 1825, min: 90, max: 3650 },
  /** Who has answered which survey. */
  surveyDays: { standard: 730, min: 30, max: 3650 },
} as const;

export type BoxRetentionClass = keyof typeof BOX_RETENTION;

export const BOX_RETENTION_CLASSES = Object.keys(BOX_RETENTION) as readonly BoxRetentionClass[];

const daysOf = (key: BoxRetentionClass): TInteger => {
  const { min, max } = BOX_RETENTION[key];
  return Type.Integer({ minimum: min, maximum: max });
};

export const Retention = Type.Object({
  networkLogDays: daysOf("networkLogDays"),
  visitDays: daysOf("visitDays"),
  deviceDays: daysOf("deviceDays"),
  deviceRandomisedDays: daysOf("deviceRandomisedDays"),
  guestDays: daysOf("guestDays"),
  consentDays: daysOf("consentDays"),
  surveyDays: daysOf("surveyDays"),
});
export type Retention = Static<typeof Retention>;

export const STANDARD_RETENTION: Retention = {
  networkLogDays: BOX_RETENTION.networkLogDays.standard,
  visitDays: BOX_RETENTION.visitDays.standard,
  deviceDays: BOX_RETENTION.deviceDays.standard,
  deviceRandomisedDays: BOX_RETENTION.deviceRandomisedDays.standard,
  guestDays: BOX_RETENTION.guestDays.standard,
  consentDays: BOX_RETENTION.consentDays.standard,
  surveyDays: BOX_RETENTION.surveyDays.standard,
};
