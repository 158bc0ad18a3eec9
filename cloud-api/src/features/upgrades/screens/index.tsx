import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  routes: [
    {
      path: "/operator/releases",
      for: "operator",
      component: lazyScreen(() => import("./release-page.tsx"), "ReleasePage"),
    },
  ],
  panels: [
    {
      place: "box-page",
      component: lazyScreen(() => import("./upgrade-panel.tsx"), "UpgradePanel"),
      order: 20,
    },
  ],
};
