import {
  IconBed,
  IconBuildingStore,
  IconForms,
  IconKey,
  IconLogin,
  IconPalette,
  IconRouter,
  IconScale,
  IconUserHeart,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { SettingKey } from "./settings-values.ts";

/** The sections of a branch's settings, in their order, and the settings that stand in each. */
export const SECTIONS = [
  {
    name: "sign-in",
    icon: IconLogin,
    settings: [
      ...["order", "phone", "member", "email", "room", "accessCode", "clickThrough", "codeSeconds"],
      ...["triesMax", "resendAfterSeconds", "resendsMax", "askHolderAfterDays"],
      ...["messagesPerPhoneHour", "messagesPerDeviceHour", "messagesPerAddressHour"],
      ...["messagesPerPrefixHour", "messagesPerBranchHour", "messagesPerBranchDay"],
    ],
  },
  { name: "rooms", icon: IconBed, settings: [] },
  {
    name: "guests",
    icon: IconUserHeart,
    settings: [
      ...["greet", "landingUrl", "recogniseDays", "recogniseRandomisedDays", "visitGapMinutes"],
      "knownGuestsMax",
    ],
  },
  { name: "details", icon: IconForms, settings: ["details"] },
  { name: "access-points", icon: IconRouter, settings: [] },
  {
    name: "brand",
    icon: IconPalette,
    settings: ["brandName", "accentColour", "pageColour", "font", "logo", "background"],
  },
  {
    name: "place",
    icon: IconBuildingStore,
    settings: ["name", "kind", "country", "currency", "timeZone", "languages"],
  },
  { name: "legal", icon: IconScale, settings: ["legalTexts", "marketingText"] },
  { name: "member-wifi", icon: IconKey, settings: ["memberWifi"] },
] as const satisfies readonly {
  name: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  settings: readonly string[];
}[];

export type SectionName = (typeof SECTIONS)[number]["name"];

/** Where a setting is changed. */
export function findSectionOf(key: SettingKey): SectionName {
  const holds = ({ settings }: { settings: readonly string[] }) => settings.includes(key);
  return SECTIONS.find(holds)?.name ?? "sign-in";
}
