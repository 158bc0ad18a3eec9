import { IconWebhook } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  values: async () => (await import("./values.ts")).values,
  navigation: [
    {
      path: "/webhooks",
      label: { en: en.title, vi: vi.title },
      icon: IconWebhook,
      section: "company",
      order: 83,
      permission: "webhooks.manage",
      beside: "customers.read",
    },
  ],
  routes: [
    { path: "/webhooks", component: lazyScreen(() => import("./list-page.tsx"), "ListPage") },
    {
      path: "/webhooks/:id",
      component: lazyScreen(() => import("./endpoint-page.tsx"), "EndpointPage"),
    },
  ],
};
