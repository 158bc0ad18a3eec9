import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  panels: [
    {
      place: "box-page",
      component: lazyScreen(() => import("./upgrade-panel.tsx"), "UpgradePanel"),
      order: 20,
    },
  ],
};
