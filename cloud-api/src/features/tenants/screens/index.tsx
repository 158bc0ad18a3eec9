import { IconBuilding } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/company",
      label: { en: en.company, vi: vi.company },
      icon: IconBuilding,
      section: "company",
      order: 78,
      permission: "tenant.edit",
    },
  ],
  routes: [
    { path: "/company", component: lazyScreen(() => import("./company-page.tsx"), "CompanyPage") },
  ],
};
