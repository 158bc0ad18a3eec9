import { IconHourglass } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/retention",
      label: { en: en.title, vi: vi.title },
      icon: IconHourglass,
      section: "company",
      order: 82,
      permission: "retention.read",
    },
  ],
  routes: [
    {
      path: "/retention",
      component: lazyScreen(() => import("./retention-page.tsx"), "RetentionPage"),
    },
  ],
};
