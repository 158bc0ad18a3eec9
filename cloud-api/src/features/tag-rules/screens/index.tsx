import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  panels: [
    {
      place: "tags",
      order: 10,
      component: lazyScreen(() => import("./tag-rules.tsx"), "TagRules"),
      permission: "tag-rules.read",
    },
  ],
};
