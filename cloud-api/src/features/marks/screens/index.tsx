import { IconTags } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/groups",
      label: { en: en.title, vi: vi.title },
      icon: IconTags,
      section: "customers",
      order: 25,
      permission: "marks.read",
    },
  ],
  routes: [{ path: "/groups", component: lazyScreen(() => import("./mark-page.tsx"), "MarkPage") }],
  panels: [
    {
      place: "customer",
      order: 5,
      component: lazyScreen(() => import("./customer-marks.tsx"), "CustomerMarks"),
      permission: "marks.read",
    },
    {
      place: "customer-filter",
      order: 10,
      component: lazyScreen(() => import("./mark-filter.tsx"), "MarkFilter"),
      permission: "marks.read",
    },
  ],
};
