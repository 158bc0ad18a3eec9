import { IconChartHistogram, IconLayoutDashboard } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/",
      label: { en: en.overview, vi: vi.overview },
      icon: IconLayoutDashboard,
      section: "now",
      order: 10,
    },
    {
      path: "/reports",
      label: { en: en.reports, vi: vi.reports },
      icon: IconChartHistogram,
      section: "now",
      order: 20,
      permission: "reports.read",
    },
  ],
  routes: [
    { path: "/", component: lazyScreen(() => import("./overview.tsx"), "Overview") },
    { path: "/reports", component: lazyScreen(() => import("./report-list.tsx"), "ReportList") },
    { path: "/reports/checks", component: lazyScreen(() => import("./checks.tsx"), "Checks") },
    {
      path: "/reports/customers",
      component: lazyScreen(() => import("./behind-customers.tsx"), "BehindCustomers"),
    },
    {
      path: "/reports/visits",
      component: lazyScreen(() => import("./behind-visits.tsx"), "BehindVisits"),
    },
    {
      path: "/reports/sessions",
      component: lazyScreen(() => import("./behind-sessions.tsx"), "BehindSessions"),
    },
    {
      path: "/reports/ways-in",
      component: lazyScreen(() => import("./behind-ways-in.tsx"), "BehindWaysIn"),
    },
    {
      path: "/reports/new-returning",
      component: lazyScreen(() => import("./new-returning.tsx"), "NewReturning"),
    },
    {
      path: "/reports/visit-counts",
      component: lazyScreen(() => import("./visit-counts.tsx"), "VisitCounts"),
    },
    { path: "/reports/hours", component: lazyScreen(() => import("./hours.tsx"), "Hours") },
    { path: "/reports/cohorts", component: lazyScreen(() => import("./cohorts.tsx"), "Cohorts") },
    {
      path: "/reports/return-gaps",
      component: lazyScreen(() => import("./return-gaps.tsx"), "ReturnGaps"),
    },
    {
      path: "/reports/recency",
      component: lazyScreen(() => import("./recency.tsx"), "RecencyReport"),
    },
    { path: "/reports/sign-ins", component: lazyScreen(() => import("./sign-ins.tsx"), "SignIns") },
    { path: "/reports/crowd", component: lazyScreen(() => import("./crowd.tsx"), "Crowd") },
    { path: "/reports/people", component: lazyScreen(() => import("./people.tsx"), "People") },
    {
      path: "/reports/consents",
      component: lazyScreen(() => import("./consents.tsx"), "Consents"),
    },
    {
      path: "/reports/policies",
      component: lazyScreen(() => import("./policies.tsx"), "Policies"),
    },
    {
      path: "/reports/access-points",
      component: lazyScreen(() => import("./access-points.tsx"), "AccessPoints"),
    },
    { path: "/reports/devices", component: lazyScreen(() => import("./devices.tsx"), "Devices") },
  ],
  panels: [
    {
      place: "narrowing-customers",
      component: lazyScreen(() => import("./narrow-panel.tsx"), "NarrowCustomersPanel"),
      order: 10,
      permission: "reports.read",
    },
    {
      place: "narrowing",
      component: lazyScreen(() => import("./narrow-panel.tsx"), "NarrowPanel"),
      order: 10,
      permission: "reports.read",
    },
    {
      place: "branch-place",
      component: lazyScreen(() => import("./day-start.tsx"), "DayStart"),
      order: 20,
      permission: "reports.read",
    },
  ],
};
