import { IconUserHeart } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/zalo-followers",
      label: { en: en.title, vi: vi.title },
      icon: IconUserHeart,
      section: "customers",
      order: 52,
      permission: "zalo-followers.read",
    },
  ],
  routes: [
    {
      path: "/zalo-followers",
      component: lazyScreen(() => import("./followers-page.tsx"), "FollowersPage"),
    },
  ],
  panels: [
    {
      place: "customer",
      order: 30,
      component: lazyScreen(() => import("./customer-follows.tsx"), "CustomerFollows"),
      permission: "zalo-followers.read",
    },
  ],
};
