import { IconDeviceMobile, IconListNumbers } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/pages",
      label: { en: en.pages, vi: vi.pages },
      icon: IconDeviceMobile,
      section: "pages",
      order: 10,
      permission: "pages.read",
    },
    {
      path: "/page-order",
      label: { en: en.order, vi: vi.order },
      icon: IconListNumbers,
      section: "pages",
      order: 15,
      permission: "pages.read",
    },
  ],
  routes: [
    { path: "/pages", component: lazyScreen(() => import("./page-list.tsx"), "PageList") },
    { path: "/page-order", component: lazyScreen(() => import("./page-order.tsx"), "PageOrder") },
    { path: "/pages/:id", component: lazyScreen(() => import("./page-editor.tsx"), "PageEditor") },
  ],
};
