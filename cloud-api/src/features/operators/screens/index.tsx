import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  routes: [
    {
      path: "/operator",
      for: "operator",
      component: lazyScreen(() => import("./tenant-page.tsx"), "TenantPage"),
    },
  ],
};
