import { IconUsersGroup } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/segments",
      label: { en: en.segments, vi: vi.segments },
      icon: IconUsersGroup,
      section: "customers",
      order: 22,
      permission: "segments.read",
    },
  ],
  routes: [
    { path: "/segments", component: lazyScreen(() => import("./segment-list.tsx"), "SegmentList") },
    {
      path: "/segments/:id",
      component: lazyScreen(() => import("./segment-page.tsx"), "SegmentPage"),
    },
  ],
  parts: { tree: lazyScreen(() => import("./told-tree.tsx"), "ToldTree") },
  panels: [
    {
      place: "customer",
      order: 7,
      component: lazyScreen(() => import("./customer-segments.tsx"), "CustomerSegments"),
      permission: "segments.read",
    },
    {
      place: "customer-filter",
      order: 20,
      component: lazyScreen(() => import("./segment-filter.tsx"), "SegmentFilter"),
      permission: "segments.read",
    },
    {
      place: "customer-filter",
      order: 30,
      component: lazyScreen(() => import("./conditions-filter.tsx"), "ConditionsFilter"),
      permission: "segments.read",
    },
  ],
};
