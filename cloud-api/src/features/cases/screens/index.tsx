import { IconMoodSad } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/cases",
      label: { en: en.cases, vi: vi.cases },
      icon: IconMoodSad,
      section: "now",
      order: 30,
      permission: "cases.read",
    },
  ],
  routes: [
    { path: "/cases", component: lazyScreen(() => import("./case-list.tsx"), "CaseList") },
    {
      path: "/cases/report",
      component: lazyScreen(() => import("./case-report.tsx"), "CaseReport"),
    },
    { path: "/cases/:id", component: lazyScreen(() => import("./case-page.tsx"), "CasePage") },
  ],
  panels: [
    {
      place: "customer",
      order: 12,
      component: lazyScreen(() => import("./customer-cases.tsx"), "CustomerCases"),
      permission: "cases.read",
    },
  ],
};
