import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  panels: [
    {
      place: "customer",
      component: lazyScreen(() => import("./customer-timeline.tsx"), "CustomerTimeline"),
      order: 40,
      permission: "timeline.read",
    },
  ],
};
