import { IconHelp, IconSparkles } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  help: "/help",
  navigation: [
    {
      path: "/help",
      label: { en: en.title, vi: vi.title },
      icon: IconHelp,
      section: "help",
      order: 10,
    },
    {
      path: "/changes",
      label: { en: en.changes, vi: vi.changes },
      icon: IconSparkles,
      section: "help",
      order: 20,
      mark: lazyScreen(() => import("./news-mark.tsx"), "NewsMark"),
    },
  ],
  routes: [
    { path: "/help", component: lazyScreen(() => import("./help-page.tsx"), "HelpPage") },
    { path: "/changes", component: lazyScreen(() => import("./changes-page.tsx"), "ChangesPage") },
    {
      path: "/help/:article",
      component: lazyScreen(() => import("./article-page.tsx"), "ArticlePage"),
    },
  ],
};
