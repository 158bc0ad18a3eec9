import { IconPalette } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/brand-kits",
      label: { en: en.kits, vi: vi.kits },
      icon: IconPalette,
      section: "pages",
      order: 20,
      permission: "brand-kits.read",
    },
  ],
  routes: [
    { path: "/brand-kits", component: lazyScreen(() => import("./kit-list.tsx"), "KitList") },
    {
      path: "/brand-kits/:ownerId",
      component: lazyScreen(() => import("./kit-page.tsx"), "KitPage"),
    },
  ],
};
