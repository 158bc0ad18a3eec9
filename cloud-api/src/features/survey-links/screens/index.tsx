import { IconLink } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/survey-links",
      label: { en: en.title, vi: vi.title },
      icon: IconLink,
      section: "pages",
      order: 37,
      permission: "survey-links.make",
    },
  ],
  routes: [
    { path: "/survey-links", component: lazyScreen(() => import("./link-list.tsx"), "LinkList") },
  ],
  panels: [
    {
      place: "customer",
      order: 14,
      component: lazyScreen(() => import("./customer-link.tsx"), "CustomerLink"),
      permission: "survey-links.make",
    },
  ],
};
