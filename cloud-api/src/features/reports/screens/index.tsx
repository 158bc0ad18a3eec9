import { IconLayoutDashboard } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
// The other words come with the screens: these alone are in the first script.
import en from "../locales/menu-en.json";
import vi from "../locales/menu-vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/",
      label: { en: en.overview, vi: vi.overview },
      icon: IconLayoutDashboard,
      section: "now",
      order: 10,
    },
  ],
  routes: [
    { path: "/", component: lazyScreen(() => import("./overview.tsx"), "Overview") },
    {
      path: "/reports/customers",
      component: lazyScreen(() => import("./behind-customers.tsx"), "BehindCustomers"),
    },
    {
      path: "/reports/visits",
      component: lazyScreen(() => import("./behind-visits.tsx"), "BehindVisits"),
    },
  ],
};
