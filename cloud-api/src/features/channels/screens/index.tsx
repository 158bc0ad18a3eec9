import { IconMessage2Code } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/code-channels",
      label: { en: en.title, vi: vi.title },
      icon: IconMessage2Code,
      section: "wifi",
      order: 47,
      permission: "senders.read",
    },
  ],
  routes: [
    {
      path: "/code-channels",
      component: lazyScreen(() => import("./channel-page.tsx"), "ChannelPage"),
    },
  ],
};
