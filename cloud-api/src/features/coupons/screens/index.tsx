import { IconDiscount, IconScan } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/coupons/till",
      label: { en: en.till, vi: vi.till },
      icon: IconScan,
      section: "now",
      order: 40,
      permission: "coupons.redeem",
    },
    {
      path: "/coupons",
      label: { en: en.coupons, vi: vi.coupons },
      icon: IconDiscount,
      section: "pages",
      order: 40,
      permission: "coupons.read",
    },
  ],
  routes: [
    { path: "/coupons", component: lazyScreen(() => import("./kind-list.tsx"), "KindList") },
    { path: "/coupons/till", component: lazyScreen(() => import("./till-page.tsx"), "TillPage") },
    { path: "/coupons/:id", component: lazyScreen(() => import("./kind-page.tsx"), "KindPage") },
  ],
};
