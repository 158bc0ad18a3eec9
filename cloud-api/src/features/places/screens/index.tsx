import { IconMapPin } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/map",
      label: { en: en.title, vi: vi.title },
      icon: IconMapPin,
      section: "customers",
      order: 33,
      permission: "places.read",
    },
  ],
  routes: [{ path: "/map", component: lazyScreen(() => import("./map-page.tsx"), "MapPage") }],
};
