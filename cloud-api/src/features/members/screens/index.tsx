import { IconBuildingStore, IconIdBadge2 } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/members",
      label: { en: en.title, vi: vi.title },
      icon: IconIdBadge2,
      section: "customers",
      order: 29,
      permission: "members.read",
    },
    {
      path: "/brand-customers",
      label: { en: en["of-brands"], vi: vi["of-brands"] },
      icon: IconBuildingStore,
      section: "customers",
      order: 30,
      permission: "brand-customers.read",
    },
  ],
  routes: [
    { path: "/members", component: lazyScreen(() => import("./member-page.tsx"), "MemberPage") },
    {
      path: "/brand-customers",
      component: lazyScreen(() => import("./brand-page.tsx"), "BrandPage"),
    },
  ],
};
