import type { BranchSettings } from "./branch-settings.ts";
import { isCountry } from "./countries.ts";
import { type AskedField, isOwnField } from "./guest-fields.ts";
import type { LocalText } from "./local-text.ts";
import { findSharedSource, type Nas } from "./nas-settings.ts";
import { readNetwork } from "./network.ts";

/**
 * What fits the schema and cannot work all the same, with its place: an address nothing comes from,
 * a web address without a host, a consent without words. Null when there is nothing.
 */
export function findSettingsFault(settings: BranchSettings): string | null {
  const { branch } = settings;
  if (!isCountry(branch.country))
    return `/branch/country ${branch.country} is no country with telephone numbers of its own`;
  if (new Set(branch.languages).size !== branch.languages.length)
    return "/branch/languages has a language twice";
  return (
    findNasFault(settings.nas) ??
    findLegalFault(settings) ??
    findSignInFault(settings) ??
    findDetailsFault(settings)
  );
}

function findNasFault(list: readonly Nas[]): string | null {
  for (const [index, nas] of list.entries()) {
    const fault = findAddressFault(nas);
    if (fault) return `/nas/${index}/${fault}`;
  }
  return findSharedSource(list);
}

function findAddressFault(nas: Nas): string | null {
  // One that comes by RadSec alone needs no source.
  const isByName = "radsecName" in nas && nas.radsecName !== undefined && nas.source === "";
  if (!isByName && readNetwork(nas.source) === null)
    return "source is neither an address nor a CIDR";
  if ("uamServer" in nas && !isUrl(nas.uamServer)) return "uamServer is not a URL with a host";
  if (!("loginOrigins" in nas)) return null;
  const wrong = nas.loginOrigins.findIndex((each) => !isUrl(each));
  return wrong < 0 ? null : `loginOrigins/${wrong} is not a URL with a host`;
}

/** A URL parser reads no http URL without a host, and leaves out what would break a header. */
function isUrl(text: string): boolean {
  return URL.canParse(text) && !/[\s\p{Cc}]/u.test(text);
}

function hasWords({ branch }: BranchSettings, text: LocalText): boolean {
  return branch.languages.some((language) => (text[language] ?? "").trim() !== "");
}

function findLegalFault(settings: BranchSettings): string | null {
  const { legalTexts } = settings;
  for (const [index, { label, body }] of legalTexts.entries())
    for (const [name, text] of Object.entries({ label, body }))
      if (!hasWords(settings, text))
        return `/legalTexts/${index}/${name} has no words in a language of the branch`;
  return null;
}

function findSignInFault({ signIn }: BranchSettings): string | null {
  for (const [index, channel] of signIn.phone.channels.entries()) {
    if (channel.kind !== "http-gateway") continue;
    const at = `/signIn/phone/channels/${index}`;
    if (channel.success.statusMin > channel.success.statusMax)
      return `${at}/success/statusMin is above statusMax`;
    if (!isUrl(channel.url)) return `${at}/url is not a URL with a host`;
  }
  if (signIn.landingUrl !== null && !isUrl(signIn.landingUrl))
    return "/signIn/landingUrl is not a URL with a host";
  return null;
}

function findDetailsFault(settings: BranchSettings): string | null {
  const keys = new Set<string>();
  for (const [index, field] of (settings.signIn.details?.fields ?? []).entries()) {
    const at = `/signIn/details/fields/${index}`;
    if (keys.has(field.key)) return `${at}/key ${field.key} is asked twice`;
    keys.add(field.key);
    const fault = isOwnField(field) ? findOwnFieldFault(settings, field) : null;
    if (fault) return `${at}/${fault}`;
  }
  return null;
}

function findOwnFieldFault(
  settings: BranchSettings,
  field: Extract<AskedField, { kind: string }>,
): string | null {
  if (!hasWords(settings, field.label)) return "label has no words in a language of the branch";
  if (field.kind === "number" && field.min !== null && field.max !== null && field.min > field.max)
    return "min is above max";
  if (field.kind !== "choice") return null;
  const values = field.choices.map(({ value }) => value);
  if (new Set(values).size !== values.length) return "choices has one value twice";
  const wordless = field.choices.findIndex(({ label }) => !hasWords(settings, label));
  return wordless < 0 ? null : `choices/${wordless}/label has no words in a language of the branch`;
}
