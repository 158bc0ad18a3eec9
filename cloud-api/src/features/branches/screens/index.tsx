import { IconBuildingStore } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/branches",
      label: { en: en.branches, vi: vi.branches },
      icon: IconBuildingStore,
      section: "wifi",
      order: 40,
      permission: "branches.read",
    },
  ],
  routes: [
    {
      path: "/branches",
      component: lazyScreen(() => import("./branch-list.tsx"), "BranchList"),
    },
    {
      path: "/destinations",
      component: lazyScreen(() => import("./destinations-page.tsx"), "DestinationsPage"),
    },
    {
      path: "/branches/:id",
      component: lazyScreen(() => import("./settings-page.tsx"), "SettingsPage"),
    },
  ],
};
