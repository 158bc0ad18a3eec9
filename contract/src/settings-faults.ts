import type { BranchSettings, HttpGateway } from "./branch-settings.ts";
import { findControllerFault, findSharedRedirect } from "./controller-settings.ts";
import { isCountry } from "./countries.ts";
import { isAllowedDestination, readDestination } from "./destinations.ts";
import { findDetailsFault } from "./guest-fields.ts";
import { hasWords } from "./local-text.ts";
import { type CiscoCwaNas, findSharedSource, type Nas } from "./nas-settings.ts";
import { readNetwork } from "./network.ts";
import { findPageWhenFault } from "./page-settings.ts";
import { findStayFault } from "./room-stays.ts";
import { findSurveyFault } from "./surveys.ts";

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
    findStayFault(settings.roomStays ?? []) ??
    findDetailsFault(settings.signIn.details?.fields ?? [], branch.languages) ??
    findSurveyFault(settings.surveys ?? [], branch.languages) ??
    findPageFault(settings) ??
    findDestinationFault(settings)
  );
}

function findNasFault(list: readonly Nas[]): string | null {
  for (const [index, nas] of list.entries()) {
    const fault = findAddressFault(nas) ?? findControllerFault(nas);
    if (fault) return `/nas/${index}/${fault}`;
  }
  return findSharedSource(list) ?? findSharedRedirect(list);
}

function findAddressFault(nas: Nas): string | null {
  // One that comes by RadSec alone needs no source.
  const isByName = "radsecName" in nas && nas.radsecName !== undefined && nas.source === "";
  // Nor does one that the box calls, and that calls nobody.
  const isCalled = "controllerUrl" in nas && !("radiusSecret" in nas) && nas.source === "";
  if (!isByName && !isCalled && readNetwork(nas.source) === null)
    return "source is neither an address nor a CIDR";
  if ("uamServer" in nas && !isUrl(nas.uamServer)) return "uamServer is not a URL with a host";
  if (nas.kind === "cisco-cwa") return findCwaFault(nas);
  if (!("loginOrigins" in nas)) return null;
  const wrong = nas.loginOrigins.findIndex((each) => !isUrl(each));
  return wrong < 0 ? null : `loginOrigins/${wrong} is not a URL with a host`;
}

function findCwaFault({ portalOrigin, disconnectPort }: CiscoCwaNas): string | null {
  if (URL.parse(portalOrigin)?.origin !== portalOrigin)
    return "portalOrigin is not an origin: give http://host:port alone";
  if (disconnectPort === null)
    return "disconnectPort is null: nobody could have it ask again for a guest who signed in";
  return null;
}

/** A URL parser reads no http URL without a host, and leaves out what would break a header. */
function isUrl(text: string): boolean {
  return URL.canParse(text) && !/[\s\p{Cc}]/u.test(text);
}

function findLegalFault(settings: BranchSettings): string | null {
  const { branch, legalTexts, marketingText } = settings;
  if (marketingText && legalTexts.some(({ purpose }) => purpose === "marketing"))
    return "/marketingText asks for what a text for the purpose marketing in /legalTexts asks for";
  for (const name of ["label", "body"] as const)
    if (marketingText && !hasWords(marketingText[name], branch.languages))
      return `/marketingText/${name} has no words in a language of the branch`;
  for (const [index, { label, body }] of legalTexts.entries())
    for (const [name, text] of Object.entries({ label, body }))
      if (!hasWords(text, branch.languages))
        return `/legalTexts/${index}/${name} has no words in a language of the branch`;
  return null;
}

/** What a gateway that fits the schema cannot work by, with its place. */
export function findGatewayFault({ success, url }: HttpGateway): string | null {
  if (success.statusMin > success.statusMax) return "/success/statusMin is above statusMax";
  return isUrl(url) ? null : "/url is not a URL with a host";
}

function findSignInFault({ signIn }: BranchSettings): string | null {
  const isFromCloud = signIn.phone.channels.map(({ kind }) => kind === "cloud");
  if (isFromCloud.indexOf(true) !== isFromCloud.lastIndexOf(true))
    return "/signIn/phone/channels has the cloud twice: put its senders into one list";
  const foreign = signIn.phone.numbersFrom?.findIndex((each) => !isCountry(each)) ?? -1;
  if (foreign >= 0) return `/signIn/phone/numbersFrom/${foreign} has no telephone numbers`;
  for (const [index, channel] of signIn.phone.channels.entries()) {
    const fault = channel.kind === "http-gateway" ? findGatewayFault(channel) : null;
    if (fault) return `/signIn/phone/channels/${index}${fault}`;
  }
  if (signIn.landingUrl !== null && !isUrl(signIn.landingUrl))
    return "/signIn/landingUrl is not a URL with a host";
  return null;
}

function findPageFault({ pages, branch, surveys = [] }: BranchSettings): string | null {
  const surveyIds = new Set(surveys.map((each) => each.id));
  return findPageWhenFault(pages, { languages: branch.languages, surveyIds });
}

/** Settings from before there was a list name one address, the branch's own: that one is left. */
function findDestinationFault(settings: BranchSettings): string | null {
  const { allowedDestinations: allowed, signIn, pages } = settings;
  const wrong = (allowed ?? []).findIndex((each) => readDestination(each) === null);
  if (wrong >= 0) return `/allowedDestinations/${wrong} is no web address guests can be sent to`;
  const named: [string, string | null | undefined][] = pages.map(({ landingUrl }, index) => [
    `/pages/${index}/landingUrl`,
    landingUrl,
  ]);
  if (allowed) named.unshift(["/signIn/landingUrl", signIn.landingUrl]);
  for (const [place, address] of named)
    if (address && !isAllowedDestination(address, allowed ?? []))
      return `${place} is not on the list of allowed destinations`;
  return null;
}
