import { IconUsers } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/customers",
      label: { en: en.customers, vi: vi.customers },
      icon: IconUsers,
      order: 20,
      permission: "customers.read",
    },
  ],
  routes: [
    {
      path: "/customers",
      component: lazyScreen(() => import("./customer-list.tsx"), "CustomerList"),
    },
    {
      path: "/customers/:id",
      component: lazyScreen(() => import("./customer-page.tsx"), "CustomerPage"),
    },
  ],
};
