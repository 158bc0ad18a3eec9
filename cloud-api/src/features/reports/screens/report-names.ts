import {
  IconAccessPoint,
  IconCalendarRepeat,
  IconCheckbox,
  IconClockHour4,
  IconDeviceMobile,
  IconGauge,
  IconHeartHandshake,
  IconListDetails,
  IconLogin2,
  IconRepeat,
  IconStairsUp,
  IconUsersGroup,
  IconUsersPlus,
} from "@tabler/icons-react";
import { type PeriodName, STANDARD } from "../../../shell/periods.ts";

/** Every report, in the order people read them. */
export const REPORTS = [
  { name: "new-returning", icon: IconUsersPlus },
  { name: "visit-counts", icon: IconStairsUp },
  { name: "hours", icon: IconClockHour4 },
  { name: "crowd", icon: IconUsersGroup },
  { name: "people", icon: IconListDetails },
  { name: "cohorts", icon: IconHeartHandshake },
  { name: "return-gaps", icon: IconCalendarRepeat },
  { name: "recency", icon: IconRepeat },
  { name: "sign-ins", icon: IconLogin2 },
  { name: "devices", icon: IconDeviceMobile },
  { name: "consents", icon: IconCheckbox },
  { name: "policies", icon: IconGauge },
  { name: "access-points", icon: IconAccessPoint },
] as const;
export type ReportName = (typeof REPORTS)[number]["name"];

/** Which days a report begins with: whoever looks for those who stayed looks back a year. */
export const standardPeriodOf = (report: string): PeriodName =>
  report === "cohorts" ? "12-months" : STANDARD;
