import { Type } from "typebox";
import { Count, Id, Time } from "../../platform/shapes.ts";
import { Day, MaybeText } from "./question-schema.ts";

// When the days of branches begin, and the nights' checks.

/** The last hour that a day may begin at. */
export const DAY_STARTS_HOUR_MAX = 11;

const DayStart = Type.Object({
  branchId: Id,
  timeZone: Type.String(),
  dayStartsHour: Type.Integer({
    ...{
      minimum: 0,
      maximum: DAY_STARTS_HOUR_MAX,
      description: "Before it, it is still the evening before",
    },
  }),
});
export const DayStartsReply = Type.Object({ branches: Type.Array(DayStart) });
export const DayStartsBody = Type.Object({
  branchIds: Type.Array(Id, { minItems: 1, maxItems: 500 }),
  dayStartsHour: Type.Integer({ minimum: 0, maximum: DAY_STARTS_HOUR_MAX }),
});
export const RecountReply = Type.Object({ branches: Count });

export const ChecksReply = Type.Object({
  recount: Type.Object(
    { branches: Count, waiting: Count },
    { description: "Branches there are, and those that wait to be counted anew" },
  ),
  checks: Type.Array(
    Type.Object({
      checkedAt: Time,
      ...{ firstDay: Day, lastDay: Day },
      branchDays: Type.Integer({ description: "Days of branches that were counted again" }),
      faults: Count,
    }),
    { description: "The newest first" },
  ),
  faults: Type.Array(
    Type.Object({
      branchId: Id,
      branchName: MaybeText,
      day: Day,
      numbers: Type.Record(
        Type.String(),
        Type.Object({ report: Type.Integer(), visits: Type.Integer() }),
        { description: "Name of the number → what the report said, and the visits say" },
      ),
      foundAt: Time,
      mendedAt: Type.Union([Time, Type.Null()], { description: "When it was counted anew" }),
    }),
    { description: "Days of which a report had said something else than the visits" },
  ),
});
