import { IconSpeakerphone } from "@tabler/icons-react";
import { lazyScreen, type Screens } from "../../../shell/screens.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const screens: Screens = {
  navigation: [
    {
      path: "/advert-tags",
      label: { en: en.title, vi: vi.title },
      icon: IconSpeakerphone,
      section: "pages",
      order: 50,
      permission: "advert-tags.read",
    },
  ],
  routes: [
    { path: "/advert-tags", component: lazyScreen(() => import("./tags-page.tsx"), "TagsPage") },
  ],
};
