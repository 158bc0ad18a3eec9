import { type Static, Type } from "typebox";

const TimeOfDay = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });

/** Hours of the week on the branch's clock. `to` is not in it; not after `from`, it is the next day's. */
export const WeeklyHours = Type.Object({
  /** ISO 8601: 1 is Monday, 7 is Sunday; the day on which the hours begin. */
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
  from: TimeOfDay,
  to: TimeOfDay,
});
export type WeeklyHours = Static<typeof WeeklyHours>;
