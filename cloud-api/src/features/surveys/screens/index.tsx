import { IconMessageQuestion, IconMoodSmile } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/satisfaction",
      label: { en: en.satisfaction, vi: vi.satisfaction },
      icon: IconMoodSmile,
      section: "customers",
      order: 30,
      permission: "surveys.read",
    },
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
    {
      path: "/satisfaction",
      component: lazyScreen(() => import("./satisfaction-page.tsx"), "SatisfactionPage"),
    },
    {
      path: "/satisfaction/rules",
      component: lazyScreen(() => import("./rules-page.tsx"), "RulesPage"),
    },
    { path: "/surveys", component: lazyScreen(() => import("./survey-list.tsx"), "SurveyList") },
    {
      path: "/surveys/new",
      component: lazyScreen(() => import("./survey-editor.tsx"), "NewSurvey"),
    },
    {
      path: "/surveys/sale-types",
      component: lazyScreen(() => import("./sale-types.tsx"), "SaleTypesPage"),
    },
    {
      path: "/surveys/:id/edit",
      component: lazyScreen(() => import("./survey-editor.tsx"), "EditSurvey"),
    },
    {
      path: "/surveys/:id/print",
      component: lazyScreen(() => import("./print-page.tsx"), "PrintPage"),
    },
    {
      path: "/surveys/:id",
      component: lazyScreen(() => import("./survey-page.tsx"), "SurveyPage"),
    },
  ],
};
