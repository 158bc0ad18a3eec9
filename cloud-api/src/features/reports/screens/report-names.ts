import {
  IconCalendarRepeat,
  IconClockHour4,
  IconDeviceMobile,
  IconHeartHandshake,
  IconLogin2,
  IconRepeat,
  IconStairsUp,
  IconUsersPlus,
} from "@tabler/icons-react";

/** Every report, in the order people read them. */
export const REPORTS = [
  { name: "new-returning", icon: IconUsersPlus },
  { name: "visit-counts", icon: IconStairsUp },
  { name: "hours", icon: IconClockHour4 },
  { name: "cohorts", icon: IconHeartHandshake },
  { name: "return-gaps", icon: IconCalendarRepeat },
  { name: "recency", icon: IconRepeat },
  { name: "sign-ins", icon: IconLogin2 },
  { name: "devices", icon: IconDeviceMobile },
] as const;
export type ReportName = (typeof REPORTS)[number]["name"];
