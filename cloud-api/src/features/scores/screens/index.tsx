import { IconMedal } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/scores",
      label: { en: en.title, vi: vi.title },
      icon: IconMedal,
      section: "customers",
      order: 28,
    },
  ],
  routes: [
    { path: "/scores", component: lazyScreen(() => import("./score-page.tsx"), "ScorePage") },
  ],
  panels: [
    {
      place: "customer",
      order: 6,
      component: lazyScreen(() => import("./customer-score.tsx"), "CustomerScore"),
    },
  ],
};
