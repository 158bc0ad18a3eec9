import { IconMessageQuestion } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/surveys",
      label: { en: en.surveys, vi: vi.surveys },
      icon: IconMessageQuestion,
      section: "pages",
      order: 35,
      permission: "surveys.read",
    },
  ],
  routes: [
    { path: "/surveys", component: lazyScreen(() => import("./survey-list.tsx"), "SurveyList") },
    {
      path: "/surveys/:id",
      component: lazyScreen(() => import("./survey-page.tsx"), "SurveyPage"),
    },
  ],
};
