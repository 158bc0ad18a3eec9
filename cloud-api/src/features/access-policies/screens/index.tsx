import { IconGauge } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/access-policies",
      label: { en: en.title, vi: vi.title },
      icon: IconGauge,
      section: "wifi",
      order: 45,
      permission: "access-policies.read",
    },
  ],
  routes: [
    {
      path: "/access-policies",
      component: lazyScreen(() => import("./policy-page.tsx"), "PolicyPage"),
    },
  ],
};
