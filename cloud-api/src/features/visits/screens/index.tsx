import { IconHistory, IconLayoutDashboard } from "@tabler/icons-react";
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
      path: "/visits",
      label: { en: en.visits, vi: vi.visits },
      icon: IconHistory,
      section: "now",
      order: 15,
      permission: "visits.read",
    },
  ],
  routes: [
    { path: "/", component: lazyScreen(() => import("./overview.tsx"), "Overview") },
    { path: "/visits", component: lazyScreen(() => import("./visit-list.tsx"), "VisitList") },
  ],
  panels: [
    {
      place: "customer",
      order: 10,
      component: lazyScreen(() => import("./customer-visits.tsx"), "CustomerVisits"),
    },
    {
      place: "customer",
      order: 20,
      component: lazyScreen(() => import("./wifi-use.tsx"), "CustomerWifiUse"),
    },
  ],
};
