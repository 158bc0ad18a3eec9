import type { IncomingHttpHeaders } from "node:http";
import type { DeviceDescription } from "@foyer/branch-store";
import type { DeviceForm, DeviceSystem } from "@foyer/contract";

/** No browser needs so many letters to say what it runs on. */
const AGENT_CHARACTERS_MAX = 1024;
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * Android itself looks for the Internet under a computer's name, with this very browser's (AOSP,
 * NetworkMonitor, DEFAULT_USER_AGENT): it is no word of what the device is.
 */
const ANDROID_PROBE = /^Mozilla\/5\.0 \(X11; Linux x86_64\) .* Chrome\/60\.0\.3112\.32 /;

/** A system by a sign in the user agent, the more telling before those that others name as well. */
const SYSTEMS: readonly (readonly [RegExp, DeviceSystem])[] = [
  [/\b(Xbox|PlayStation|Nintendo|Tizen|Web0S|KAIOS|OpenHarmony|HarmonyOS)\b/, "other"],
  // Its phones named Android and the iPhone as well.
  [/\bWindows\b|^Microsoft NCSI/, "windows"],
  [/\b(iPhone|iPad|iPod)\b/, "ios"],
  // What runs on Apple's phones and tablets alone, though it asks for the pages of computers.
  [/\bMacintosh\b.*\b(Mobile|CriOS|FxiOS|EdgiOS)\//, "ios"],
  // Samsung's asks for the pages of computers where there is a screen for them.
  [/\bAndroid\b|\bSamsungBrowser\//, "android"],
  [/\bCrOS\b/, "chromeos"],
  [/\bMacintosh\b/, "macos"],
  [/\(X11;[^)]*\bLinux\b/, "linux"],
];

/** Sec-CH-UA-Platform (W3C User-Agent Client Hints, §3.6): sent by Chromium's browsers, over TLS. */
const PLATFORMS: ReadonlyMap<string, DeviceSystem> = new Map([
  ['"Android"', "android"],
  ['"Chrome OS"', "chromeos"],
  ['"Chromium OS"', "chromeos"],
  ['"iOS"', "ios"],
  ['"Linux"', "linux"],
  ['"macOS"', "macos"],
  ['"Windows"', "windows"],
]);

type Headers = Pick<IncomingHttpHeaders, "user-agent"> & {
  "sec-ch-ua-platform"?: string | string[] | undefined;
  "sec-ch-ua-mobile"?: string | string[] | undefined;
};

/**
 * What a browser says by itself of the device it runs on; null where it says nothing that is known.
 * Of all that it sends no more than these two words is kept. `CaptiveNetworkSupport` says nothing: it
 * is an iPhone's, an iPad's or a Mac's, whose sheet then asks for the page in its own name.
 */
export function readDescription(headers: Headers): DeviceDescription | null {
  const agent = readText(headers["user-agent"]);
  const platform = PLATFORMS.get(readText(headers["sec-ch-ua-platform"]));
  const isProbe = ANDROID_PROBE.test(agent);
  const named = isProbe ? undefined : SYSTEMS.find(([sign]) => sign.test(agent))?.[1];
  const system = platform ?? named;
  if (!system) return null;
  const isMobile = readText(headers["sec-ch-ua-mobile"]) === "?1" || /\bMobile\b/.test(agent);
  return { system, form: readForm(system, { agent, isMobile }) };
}

/** Longer than any, or not as RFC 9110 §5.5 has it: as if it were not there. */
function readText(value: string | string[] | undefined): string {
  if (typeof value !== "string" || value.length > AGENT_CHARACTERS_MAX) return "";
  return PRINTABLE.test(value) ? value : "";
}

function readForm(
  system: DeviceSystem,
  { agent, isMobile }: { agent: string; isMobile: boolean },
): DeviceForm | null {
  if (/\bTV\b|\bSmartTV\b|\bBRAVIA\b|\bAFT[A-Z]|\b(Xbox|PlayStation|Nintendo)\b/.test(agent))
    return "other";
  switch (system) {
    case "ios":
      if (/\biPad\b/.test(agent)) return "tablet";
      return /\biP(hone|od)\b/.test(agent) ? "phone" : null;
    case "android":
    case "other":
      if (isMobile || /\(Phone;/.test(agent)) return "phone";
      if (/\bTablet\b/.test(agent)) return "tablet";
      // Android's browsers say `Mobile` on a phone and leave it out on a tablet; programs say neither.
      return /\bAndroid\b.*\bAppleWebKit\//.test(agent) ? "tablet" : null;
    case "windows":
      return isMobile ? "phone" : "computer";
    case "macos":
    case "linux":
    case "chromeos":
      return "computer";
  }
}
