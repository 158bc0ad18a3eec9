import { IconTicket } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/access-codes",
      label: { en: en["access-codes"], vi: vi["access-codes"] },
      icon: IconTicket,
      section: "wifi",
      order: 45,
      permission: "access-codes.read",
    },
  ],
  routes: [
    {
      path: "/access-codes",
      component: lazyScreen(() => import("./batch-list.tsx"), "BatchList"),
    },
    {
      path: "/access-codes/:id",
      component: lazyScreen(() => import("./batch-page.tsx"), "BatchPage"),
    },
    {
      path: "/access-codes/:id/sheet",
      component: lazyScreen(() => import("./sheet-page.tsx"), "SheetPage"),
    },
  ],
};
