import { IconUserShield } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  values: async () => (await import("./values.ts")).values,
  navigation: [
    {
      path: "/staff",
      label: { en: en.staff, vi: vi.staff },
      icon: IconUserShield,
      section: "company",
      order: 80,
      permission: "staff.read",
    },
  ],
  routes: [
    {
      path: "/sign-in",
      for: "public",
      component: lazyScreen(() => import("./sign-in.tsx"), "SignIn"),
    },
    {
      path: "/first-sign-in",
      for: "public",
      component: lazyScreen(() => import("./first-sign-in.tsx"), "FirstSignIn"),
    },
    {
      path: "/sign-up",
      for: "public",
      component: lazyScreen(() => import("./sign-up.tsx"), "SignUp"),
    },
    {
      path: "/forgot-password",
      for: "public",
      component: lazyScreen(() => import("./forgot.tsx"), "Forgot"),
    },
    {
      path: "/new-password",
      for: "public",
      component: lazyScreen(() => import("./new-password.tsx"), "NewPassword"),
    },
    {
      path: "/not-me",
      for: "public",
      component: lazyScreen(() => import("./not-me.tsx"), "NotMe"),
    },
    { path: "/staff", component: lazyScreen(() => import("./staff-list.tsx"), "StaffList") },
    { path: "/staff/keys", component: lazyScreen(() => import("./key-page.tsx"), "KeyPage") },
    { path: "/staff/roles", component: lazyScreen(() => import("./role-page.tsx"), "RolePage") },
    { path: "/account", component: lazyScreen(() => import("./account.tsx"), "Account") },
  ],
};
