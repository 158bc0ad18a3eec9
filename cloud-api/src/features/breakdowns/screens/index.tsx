import { IconChartBar } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/breakdown",
      label: { en: en.title, vi: vi.title },
      icon: IconChartBar,
      section: "customers",
      order: 32,
      permission: "breakdowns.read",
    },
  ],
  routes: [
    {
      path: "/breakdown",
      component: lazyScreen(() => import("./breakdown-page.tsx"), "BreakdownPage"),
    },
    {
      path: "/breakdown/:field",
      component: lazyScreen(() => import("./counted-page.tsx"), "CountedPage"),
    },
  ],
};
