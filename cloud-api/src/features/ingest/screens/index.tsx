import { IconActivity } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/events",
      label: { en: en.title, vi: vi.title },
      icon: IconActivity,
      section: "company",
      order: 80,
      // Only owners meddle with a company's log.
      permission: "events.read",
    },
  ],
  routes: [
    { path: "/events", component: lazyScreen(() => import("./events-page.tsx"), "EventsPage") },
  ],
};
