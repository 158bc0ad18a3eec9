import type { BranchSettings, CodeChannel, MarketingText } from "@foyer/contract";

/** What the cloud's settings form holds: the rest it adds itself. */
export type BranchDocument = Omit<BranchSettings, "version" | "tenantId">;

/** The same but for the pages, which staff write. */
export type PlaceDocument = Omit<BranchDocument, "pages">;

export type DemoIds = { nas: string; policy: string };
type PageIds = { firstPage: string; returningPage: string };

export const TENANT_NAME = "Foyer Café";
export const BRANCH_NAME = "Foyer Café Bến Thành";
export const TIME_ZONE = "Asia/Ho_Chi_Minh";
export const COUNTRY = "VN";
export const NAS_IDENTIFIER = "demo-access-point";
/** Short, so that coming back can be seen while one watches. */
const VISIT_GAP_MINUTES = 1;

/**
 * The settings with the access point where it is this time. What staff changed of them stays; guests
 * who were sent on to the access point's page are sent to where that is now.
 */
export function placeAccessPoint(
  standing: BranchDocument,
  { nas: [accessPoint], signIn }: PlaceDocument,
): BranchDocument {
  if (accessPoint === undefined) throw new Error("There is no access point to be placed.");
  const former = standing.nas.find(({ id }) => id === accessPoint.id);
  const others = standing.nas.filter(({ id }) => id !== accessPoint.id);
  const { landingUrl } = standing.signIn;
  const ledThere =
    former?.kind === "coova" && former.loginOrigins.some((each) => each === landingUrl);
  return {
    ...standing,
    nas: [accessPoint, ...others],
    signIn: { ...standing.signIn, landingUrl: ledThere ? signIn.landingUrl : landingUrl },
  };
}

type PlaceOptions = {
  branchId: string;
  ids: DemoIds;
  secrets: { radius: string; uam: string };
  channels: readonly CodeChannel[];
  uamServer: string;
  accessPointOrigin: string;
  disconnectPort: number;
};

/** Of a branch like the demonstration's, where no staff write its pages. */
export function demoBranchDocument(
  options: PlaceOptions & { ids: DemoIds & PageIds },
): BranchDocument {
  return { ...demoPlaceDocument(options), pages: demoPages(options.ids) };
}

/** The settings of the demonstration's branch. */
export function demoPlaceDocument(options: PlaceOptions): PlaceDocument {
  const { ids, secrets } = options;
  return {
    branch: {
      id: options.branchId,
      name: BRANCH_NAME,
      timeZone: TIME_ZONE,
      country: COUNTRY,
      languages: ["vi", "en"],
      visitGapMinutes: VISIT_GAP_MINUTES,
    },
    brand: { name: TENANT_NAME, accentColour: "#0b6e4f", logo: null },
    nas: [
      {
        kind: "coova",
        id: ids.nas,
        name: "Simulated access point",
        source: "127.0.0.1/32",
        radiusSecret: secrets.radius,
        uamSecret: secrets.uam,
        uamServer: options.uamServer,
        loginOrigins: [options.accessPointOrigin],
        nasIdentifier: NAS_IDENTIFIER,
        handBack: "chap",
        disconnectPort: options.disconnectPort,
      },
    ],
    signIn: {
      phone: {
        enabled: true,
        channels: [...options.channels],
        codeSeconds: 300,
        triesMax: 5,
        resendAfterSeconds: 30,
        resendsMax: 3,
        messagesPerPhoneHour: 20,
        messagesPerDeviceHour: 20,
        messagesPerBranchHour: 500,
      },
      clickThrough: "plan-b",
      greet: "each-visit",
      recogniseDays: 90,
      recogniseRandomisedDays: 30,
      landingUrl: options.accessPointOrigin,
    },
    policies: [
      {
        id: ids.policy,
        name: "Everybody",
        when: { methods: [], visitNumberMin: null },
        sessionSeconds: 4 * 3600,
        idleSeconds: 1800,
        uploadKbps: 5000,
        downloadKbps: 20_000,
        sessionBytes: null,
      },
    ],
    legalTexts: LEGAL_TEXTS,
    marketingText: MARKETING_TEXT,
  };
}

function demoPages(ids: PageIds): BranchDocument["pages"] {
  return [
    {
      id: ids.firstPage,
      name: "First visit",
      version: 1,
      when: { guests: "first-visit", visitNumbers: [] },
      blocks: [
        {
          kind: "welcome",
          fields: {
            heading: { vi: "Chào mừng đến {branch}", en: "Welcome to {branch}" },
            text: {
              vi: "Wi-Fi miễn phí. Cho chúng tôi biết số điện thoại, lần sau chỉ một chạm.",
              en: "Free Wi-Fi. Tell us your number once, and next time it is one tap.",
            },
          },
        },
      ],
    },
    {
      id: ids.returningPage,
      name: "Welcome back",
      version: 1,
      when: { guests: "returning", visitNumbers: [] },
      blocks: [
        {
          kind: "welcome",
          fields: {
            heading: { vi: "Mừng bạn trở lại, {name}!", en: "Welcome back, {name}!" },
            text: {
              vi: "Đây là lần thứ {visit} bạn ghé {branch}.",
              en: "This is visit {visit} to {branch}.",
            },
          },
        },
      ],
    },
  ];
}

const LEGAL_TEXTS: BranchDocument["legalTexts"] = [
  {
    purpose: "terms",
    version: 1,
    label: {
      vi: "Tôi đồng ý với điều khoản sử dụng Wi-Fi",
      en: "I agree to the terms of use of this Wi-Fi",
    },
    body: {
      vi: "Wi-Fi này miễn phí cho khách của quán. Xin đừng dùng vào việc trái pháp luật. Quán lưu số điện thoại, thiết bị và giờ ghé của bạn để nhận ra bạn lần sau; bạn có thể yêu cầu xoá bất cứ lúc nào.",
      en: "This Wi-Fi is free for guests of the café. Please do nothing unlawful with it. The café keeps your number, your device and the times of your visits, to recognise you next time; you can ask for their erasure at any time.",
    },
  },
];

const MARKETING_TEXT: MarketingText = {
  version: 1,
  channels: ["zalo", "sms"],
  label: {
    vi: "Gửi cho tôi ưu đãi của quán (không bắt buộc), qua:",
    en: "Send me offers of the café (optional), by:",
  },
  body: {
    vi: "Quán có thể nhắn ưu đãi vào số điện thoại của bạn qua kênh bạn chọn, nhiều nhất bốn lần một tháng. Bạn có thể từ chối bất cứ lúc nào.",
    en: "The café may send offers to your number by the channel you choose, at most four times a month. You can stop them at any time.",
  },
};
