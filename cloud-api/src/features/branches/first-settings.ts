import {
  type AccessPolicy,
  type AskedText,
  type Brand,
  type Language,
  type PageSettings,
  type SignInSettings,
  splitAskedTexts,
} from "@foyer/contract";
import { placeTexts } from "../tenants/index.ts";
import { firstLegalTexts, firstMarketingText } from "./first-legal-texts.ts";
import type { StoredSettings } from "./queries.ts";
import { firstChannels } from "./schema.ts";

/**
 * What a new branch begins with, so that it works at once: codes shown by the box until a message
 * gateway is set, click-through as plan B, a policy fit for a café, and two pages.
 */
export function firstSettings(options: {
  branchName: string;
  country: string;
  brand: Brand;
  /** Those of its brand or company; null: they have none, and it begins with our own. */
  texts: readonly AskedText[] | null;
  /** The first of the branch's names what it begins with. */
  languages: readonly Language[];
  newId: () => string;
}): StoredSettings {
  const { branchName, country, brand, texts, newId } = options;
  const names = NAMES[options.languages[0] ?? "en"];
  const { name } = brand;
  const asked = texts
    ? splitAskedTexts(placeTexts(texts, { branchName, standing: [] }))
    : {
        legalTexts: firstLegalTexts(name, branchName),
        marketingText: firstMarketingText(name, firstChannels(country)),
      };
  return {
    brand,
    nas: [],
    signIn: FIRST_SIGN_IN,
    policies: [{ id: newId(), name: names.policy, ...FIRST_POLICY }],
    pages: FIRST_PAGES.map((page, index) => ({
      id: newId(),
      name: names.pages[index] ?? "",
      ...page,
    })),
    ...asked,
  };
}

export const VISIT_GAP_MINUTES = 60;

const FIRST_SIGN_IN: SignInSettings = {
  phone: {
    enabled: true,
    channels: [{ kind: "outbox" }],
    codeSeconds: 300,
    triesMax: 5,
    resendAfterSeconds: 60,
    resendsMax: 3,
    messagesPerPhoneHour: 5,
    messagesPerDeviceHour: 5,
    messagesPerBranchHour: 200,
    // More newcomers than a busy branch has: whoever pumps codes is stopped by it, and staff are told.
    messagesPerBranchDay: 1000,
  },
  clickThrough: "plan-b",
  greet: "each-visit",
  recogniseDays: 90,
  // A made-up address may belong to somebody else by then (MAC randomisation).
  recogniseRandomisedDays: 14,
  details: {
    newcomers: "all",
    returning: "one",
    fields: [{ key: "name" }, { key: "email" }, { key: "birthday" }],
  },
  landingUrl: null,
};

/** What staff read; guests never see these. */
const NAMES: Record<Language, { policy: string; pages: readonly string[] }> = {
  vi: { policy: "Mọi khách", pages: ["Lần đầu ghé", "Mừng bạn trở lại"] },
  en: { policy: "Everybody", pages: ["First visit", "Welcome back"] },
  fa: { policy: "همه", pages: ["نخستین بازدید", "خوش برگشتید"] },
};

const FIRST_POLICY: Omit<AccessPolicy, "id" | "name"> = {
  when: { methods: [], visitNumberMin: null },
  sessionSeconds: 4 * 60 * 60,
  idleSeconds: 30 * 60,
  uploadKbps: 5_000,
  downloadKbps: 20_000,
  sessionBytes: null,
};

const FIRST_PAGES: Omit<PageSettings, "id" | "name">[] = [
  {
    version: 1,
    when: { guests: "first-visit", visitNumbers: [] },
    blocks: [
      {
        kind: "welcome",
        fields: {
          heading: { vi: "Chào mừng bạn đến với {branch}", en: "Welcome to {branch}" },
          text: {
            vi: "Wi-Fi miễn phí dành cho bạn. Đăng nhập một lần, lần sau chỉ cần một chạm.",
            en: "Free Wi-Fi for you. Sign in once, and next time it takes one tap.",
          },
        },
      },
    ],
  },
  {
    version: 1,
    when: { guests: "returning", visitNumbers: [] },
    blocks: [
      {
        kind: "welcome",
        fields: {
          heading: { vi: "Mừng bạn trở lại, {name}!", en: "Welcome back, {name}!" },
          text: {
            vi: "Đây là lần thứ {visit} bạn ghé {branch}. Cảm ơn bạn!",
            en: "This is visit number {visit} to {branch}. Thank you!",
          },
        },
      },
    ],
  },
];
