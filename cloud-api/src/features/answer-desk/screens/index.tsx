import { IconDeviceTablet } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/answer-desk",
      label: { en: en.title, vi: vi.title },
      icon: IconDeviceTablet,
      section: "customers",
      order: 32,
      permission: "answer-desk.take",
    },
  ],
  routes: [
    {
      path: "/answer-desk",
      component: lazyScreen(() => import("./desk-door.tsx"), "DeskDoor"),
    },
  ],
};
