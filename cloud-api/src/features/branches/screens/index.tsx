import { IconBuildingStore } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
// The other words come with the screens: these alone are in the first script.
import en from "../locales/menu-en.json";
import vi from "../locales/menu-vi.json";

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
