import { IconDeviceMobileSearch } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/wifi",
      label: { en: en.nav, vi: vi.nav },
      icon: IconDeviceMobileSearch,
      section: "wifi",
      order: 38,
      permission: "wifi.read",
    },
  ],
  routes: [{ path: "/wifi", component: lazyScreen(() => import("./desk-page.tsx"), "DeskPage") }],
  panels: [
    {
      place: "customer-devices",
      component: lazyScreen(() => import("./member-keys.tsx"), "MemberKeys"),
      order: 10,
      permission: "customers.read",
    },
  ],
};
