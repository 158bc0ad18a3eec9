import { IconListSearch } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/audit",
      label: { en: en.title, vi: vi.title },
      icon: IconListSearch,
      section: "company",
      order: 85,
      permission: "audit.read",
    },
  ],
  routes: [
    {
      path: "/audit/people",
      component: lazyScreen(() => import("./people-page.tsx"), "PeoplePage"),
    },
    { path: "/audit", component: lazyScreen(() => import("./audit-page.tsx"), "AuditPage") },
  ],
};
