import type { MarketingText } from "@foyer/contract";

/** What a branch that says nothing of it asks guests about: Zalo is Vietnam's. */
export function firstChannels(country: string): MarketingText["channels"] {
  return country === "VN" ? ["sms", "zalo", "email"] : ["sms", "email"];
}
