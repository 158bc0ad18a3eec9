import { expect, test } from "vitest";
import { readDescription } from "./described.ts";

const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)";

/** A text that is sent, and what it says. */
type Sent = readonly [agent: string, system: string, form: string | null];

/** Of what opens by itself where a network asks for something. */
const SHEETS: readonly Sent[] = [
  [`${IPHONE} ${WEBKIT} Mobile/15E148`, "ios", "phone"],
  [`Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) ${WEBKIT} Mobile/15E148`, "ios", "tablet"],
  [`${MAC} ${WEBKIT}`, "macos", "computer"],
  [
    `Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP4A.250105.002; wv) ${BLINK} Version/4.0 Chrome/131.0.6778.200 Mobile Safari/537.36`,
    ...(["android", "phone"] as const),
  ],
  ["Dalvik/2.1.0 (Linux; U; Android 13; SM-A515F Build/TP1A.220624.014)", "android", null],
  ["Microsoft NCSI", "windows", "computer"],
];

const BROWSERS: readonly Sent[] = [
  [`${IPHONE} ${WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1`, "ios", "phone"],
  [`${IPHONE} ${WEBKIT} CriOS/124.0.6367.111 Mobile/15E148 Safari/604.1`, "ios", "phone"],
  [`${MAC} ${WEBKIT} CriOS/124 Version/11.1.1 Safari/605.1.15`, "ios", null],
  [`${MAC} ${WEBKIT} Version/18.1 Safari/605.1.15`, "macos", "computer"],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/129.0.0.0 Mobile Safari/537.36`,
    "android",
    "phone",
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/129.0.0.0 Safari/537.36`,
    "android",
    "tablet",
  ],
  ["Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "android", "phone"],
  ["Mozilla/5.0 (Android 13; Tablet; rv:133.0) Gecko/133.0 Firefox/133.0", "android", "tablet"],
  [
    `Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S911B) ${BLINK} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36`,
    ...(["android", "phone"] as const),
  ],
  [
    `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} SamsungBrowser/26.0 Chrome/122.0.0.0 Safari/537.36`,
    ...(["android", null] as const),
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0`,
    "windows",
    "computer",
  ],
  [
    "Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537",
    ...(["windows", "phone"] as const),
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "linux", "computer"],
  [
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:100.0) Gecko/20100101 Firefox/100.0",
    "linux",
    "computer",
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Chrome/131.0.0.0 Safari/537.36`,
    "chromeos",
    "computer",
  ],
  [
    `Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.0) ${BLINK} Version/5.0 TV Safari/537.36`,
    "other",
    "other",
  ],
  [
    `Mozilla/5.0 (Linux; Android 9; BRAVIA 4K UR2) ${BLINK} Chrome/120.0.0.0 Safari/537.36`,
    "android",
    "other",
  ],
  [
    "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    "other",
    "phone",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) ${BLINK} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0`,
    "other",
    "other",
  ],
];

test.each([...SHEETS, ...BROWSERS])("%s is %s, %s", (agent, system, form) => {
  expect(readDescription({ "user-agent": agent })).toEqual({ system, form });
});

test.each([
  // An iPhone's, an iPad's or a Mac's.
  "CaptiveNetworkSupport-481.0.2 wispr",
  // Android itself, under a computer's name.
  `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/60.0.3112.32 Safari/537.36`,
  ...["curl/8.9.1", "okhttp/4.12.0", "MCFi 1.0.0", "Mozilla/5.0 Mobile", ""],
])("%s says nothing of its device", (agent) => {
  expect(readDescription({ "user-agent": agent })).toBeNull();
});

test.each([
  ['"Android"', "?1", "android", "phone"],
  ['"Android"', "?0", "android", null],
  ['"Chrome OS"', "?0", "chromeos", "computer"],
  ['"macOS"', "?0", "macos", "computer"],
  ['"Windows"', undefined, "windows", "computer"],
])("a browser's hints %s and %s say %s, %s by themselves", (platform, mobile, system, form) => {
  const headers = { "sec-ch-ua-platform": platform, "sec-ch-ua-mobile": mobile };
  expect(readDescription(headers)).toEqual({ system, form });
});

test("hints of a system that is not known leave it to the user agent", () => {
  const agent = `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/129.0.0.0 Mobile Safari/537.36`;
  const headers = { "user-agent": agent, "sec-ch-ua-platform": '"Unknown"' };
  expect(readDescription(headers)).toEqual({ system: "android", form: "phone" });
});

test("what is longer than any browser's, or holds what no header does, says nothing", () => {
  const iphone = `${IPHONE} ${WEBKIT} Mobile/15E148`;
  for (const agent of [
    ...[`${iphone}${" x".repeat(50_000)}`, "(X11;".repeat(20_000), "Macintosh ".repeat(10_000)],
    ...[`${iphone}\u0000`, `${iphone}\r\nx: y`, `${iphone}\u001b[2J`, `${iphone} \u202e`],
    ...["constructor", "__proto__", '"constructor"'],
  ])
    expect(readDescription({ "user-agent": agent, "sec-ch-ua-platform": agent })).toBeNull();
});
