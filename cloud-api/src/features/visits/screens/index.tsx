import { IconHistory } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
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
    { path: "/visits", component: lazyScreen(() => import("./visit-list.tsx"), "VisitList") },
  ],
  panels: [
    {
      place: "overview-first",
      order: 10,
      component: lazyScreen(() => import("./first-steps.tsx"), "FirstSteps"),
    },
    {
      place: "overview",
      order: 10,
      component: lazyScreen(() => import("./here-now.tsx"), "HereNow"),
      permission: "visits.read",
    },
    {
      place: "overview",
      order: 90,
      component: lazyScreen(() => import("./latest-visits.tsx"), "LatestVisits"),
      permission: "visits.read",
    },
    {
      place: "customer",
      order: 10,
      component: lazyScreen(() => import("./customer-visits.tsx"), "CustomerVisits"),
      permission: "visits.read",
    },
    {
      place: "customer",
      order: 20,
      component: lazyScreen(() => import("./wifi-use.tsx"), "CustomerWifiUse"),
      permission: "visits.read",
    },
  ],
};
