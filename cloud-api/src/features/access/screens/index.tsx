import { lazyScreen, type Screens } from "../../../shell/screens.ts";

export const screens: Screens = {
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
    { path: "/account", component: lazyScreen(() => import("./account.tsx"), "Account") },
  ],
};
