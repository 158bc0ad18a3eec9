import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  panels: [
    {
      place: "customer",
      component: lazyScreen(() => import("./personal-link.tsx"), "PersonalLink"),
      order: 50,
      permission: "profiles.link",
    },
  ],
};
