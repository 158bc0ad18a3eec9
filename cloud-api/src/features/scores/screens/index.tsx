import { IconGridDots, IconMedal } from "@tabler/icons-react";
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
      permission: "scores.read",
    },
    {
      path: "/scores/grid",
      label: { en: en.grid, vi: vi.grid },
      icon: IconGridDots,
      section: "customers",
      order: 27,
      permission: "scores.read",
    },
  ],
  routes: [
    { path: "/scores/grid", component: lazyScreen(() => import("./grid-page.tsx"), "GridPage") },
    {
      path: "/scores/customers",
      component: lazyScreen(() => import("./scored-page.tsx"), "ScoredPage"),
    },
    { path: "/scores", component: lazyScreen(() => import("./score-page.tsx"), "ScorePage") },
  ],
  panels: [
    {
      place: "customer",
      order: 6,
      component: lazyScreen(() => import("./customer-score.tsx"), "CustomerScore"),
      permission: "scores.read",
    },
  ],
};
