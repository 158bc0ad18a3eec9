import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  routes: [
    {
      path: "/boxes/:id",
      component: lazyScreen(() => import("./box-page.tsx"), "BoxPage"),
    },
  ],
  panels: [
    {
      place: "box",
      component: lazyScreen(() => import("./box-panel.tsx"), "BoxPanel"),
      order: 10,
    },
    {
      place: "branch-place",
      component: lazyScreen(() => import("./opening-hours.tsx"), "OpeningHours"),
      order: 10,
      permission: "boxes.read",
    },
  ],
};
