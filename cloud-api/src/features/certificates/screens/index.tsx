import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
  panels: [
    {
      place: "box-page",
      component: lazyScreen(() => import("./certificate-panel.tsx"), "CertificatePanel"),
      order: 10,
    },
  ],
};
