import { IconBookmarks } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/saved-reports",
      label: { en: en.title, vi: vi.title },
      icon: IconBookmarks,
      section: "now",
      order: 25,
      permission: "reports.read",
    },
  ],
  routes: [
    {
      path: "/saved-reports",
      component: lazyScreen(() => import("./saved-list.tsx"), "SavedList"),
    },
    {
      path: "/saved-reports/:id",
      component: lazyScreen(() => import("./saved-page.tsx"), "SavedPage"),
    },
  ],
  panels: [
    {
      place: "report",
      order: 10,
      component: lazyScreen(() => import("./save-panel.tsx"), "SavePanel"),
    },
  ],
};
