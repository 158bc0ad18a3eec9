import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  panels: [
    {
      place: "overview",
      order: 20,
      component: lazyScreen(() => import("./funnel-panel.tsx"), "FunnelPanel"),
    },
  ],
};
