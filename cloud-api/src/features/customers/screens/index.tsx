import { IconClipboardText, IconForms, IconUsers } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/customers",
      label: { en: en.customers, vi: vi.customers },
      icon: IconUsers,
      section: "customers",
      order: 20,
      permission: "customers.read",
    },
    {
      path: "/requests",
      label: { en: en.requests, vi: vi.requests },
      icon: IconClipboardText,
      section: "customers",
      order: 58,
      permission: "customers.read",
    },
    {
      path: "/customer-fields",
      label: { en: en["own-fields"], vi: vi["own-fields"] },
      icon: IconForms,
      section: "customers",
      order: 55,
      permission: "customers.fields",
    },
  ],
  routes: [
    {
      path: "/customers",
      component: lazyScreen(() => import("./customer-list.tsx"), "CustomerList"),
    },
    {
      path: "/customers/new",
      component: lazyScreen(() => import("./customer-form.tsx"), "NewCustomer"),
    },
    {
      path: "/customers/exports",
      component: lazyScreen(() => import("./export-list.tsx"), "ExportList"),
    },
    {
      path: "/customers/duplicates",
      component: lazyScreen(() => import("./duplicates.tsx"), "Duplicates"),
    },
    {
      path: "/requests",
      component: lazyScreen(() => import("./request-list.tsx"), "RequestList"),
    },
    {
      path: "/customer-fields",
      component: lazyScreen(() => import("./own-field-list.tsx"), "OwnFieldList"),
    },
    {
      path: "/customers/:id/edit",
      component: lazyScreen(() => import("./customer-form.tsx"), "EditCustomer"),
    },
    {
      path: "/customers/:id",
      component: lazyScreen(() => import("./customer-page.tsx"), "CustomerPage"),
    },
  ],
};
