import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  routes: [
    {
      path: "/customer-actions",
      component: lazyScreen(() => import("./action-list.tsx"), "ActionList"),
    },
  ],
  panels: [
    {
      place: "customer-views",
      order: 10,
      component: lazyScreen(() => import("./views-bar.tsx"), "ViewsBar"),
      permission: "customer-lists.read",
    },
    {
      place: "customer-views",
      order: 20,
      component: lazyScreen(() => import("./action-strips.tsx"), "ActionStrips"),
    },
    {
      place: "customer-selection",
      order: 10,
      component: lazyScreen(() => import("./selection-bar.tsx"), "SelectionBar"),
    },
  ],
};
