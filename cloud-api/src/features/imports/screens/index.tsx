import { IconFileImport } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/imports",
      label: { en: en.imports, vi: vi.imports },
      icon: IconFileImport,
      section: "customers",
      order: 50,
      permission: "imports.edit",
    },
  ],
  routes: [
    { path: "/imports", component: lazyScreen(() => import("./import-list.tsx"), "ImportList") },
    {
      path: "/imports/:id",
      component: lazyScreen(() => import("./import-page.tsx"), "ImportPage"),
    },
  ],
};
