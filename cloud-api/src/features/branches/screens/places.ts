import { type Language, LOCALE } from "../../../shell/translate.ts";
import { CURRENCIES } from "../schema.ts";

/** ISO 3166-1 alpha-2 codes of the places a branch can be: those with a telephone numbering of their own. */
const COUNTRIES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW".split(
    " ",
  );

export type Choice = { value: string; label: string };

export function nameCountry(language: Language, country: string): string {
  return new Intl.DisplayNames(LOCALE[language], { type: "region" }).of(country) ?? country;
}

export const listCountries = (language: Language) => listByName(language, COUNTRIES, nameCountry);

/** As the reader's language calls it, with its code; the code alone where this browser has no name for it. */
function nameCurrency(language: Language, currency: string): string {
  const name = new Intl.DisplayNames(LOCALE[language], { type: "currency" }).of(currency);
  return name === undefined || name === currency ? currency : `${name} (${currency})`;
}

export const listCurrencies = (language: Language) =>
  listByName(language, CURRENCIES, nameCurrency);

/** Codes by name, sorted as the reader's language sorts. */
function listByName(
  language: Language,
  codes: readonly string[],
  nameOf: (language: Language, code: string) => string,
): Choice[] {
  const { compare } = new Intl.Collator(LOCALE[language]);
  return codes
    .map((value) => ({ value, label: nameOf(language, value) }))
    .sort((one, other) => compare(one.label, other.label));
}

/** The name most systems know a zone by, where this browser still offers the older one. */
const RENAMED_ZONES: Record<string, string> = {
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Europe/Kiev": "Europe/Kyiv",
};

export function readZoneName(zone: string): string {
  return RENAMED_ZONES[zone] ?? zone;
}

/** Every IANA zone with its present difference from UTC. */
export function listZones(now: Date): Choice[] {
  const zones = new Set(Intl.supportedValuesOf("timeZone").map(readZoneName));
  zones.add("UTC");
  return [...zones].sort().map((value) => ({
    value,
    label: `${value.replaceAll("_", " ")} (${readOffset(value, now)})`,
  }));
}

function readOffset(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "shortOffset" });
  const name = parts.formatToParts(now).find((part) => part.type === "timeZoneName");
  return (name?.value ?? "GMT").replace("GMT", "UTC");
}

/** This browser's zone: most branches are added from where they are. */
export function findOwnZone(): string {
  return readZoneName(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/**
 * The country on whose clock this browser is, rather than that of its language: English is read
 * everywhere. Of several on one clock the one that a language tag names; Viet Nam where nothing says.
 */
export function findOwnCountry(zone: string, tags: readonly string[]): string {
  const here = COUNTRIES.filter((country) => listZonesOf(country).includes(zone));
  const read = tags
    .map((tag) => new Intl.Locale(tag).region ?? "")
    .filter((region) => COUNTRIES.includes(region));
  return read.find((country) => here.includes(country)) ?? here[0] ?? read[0] ?? "VN";
}

/** The IANA zones of a country, and none where the browser does not know them by country. */
function listZonesOf(country: string): string[] {
  const zones = new Intl.Locale("und", { region: country }).getTimeZones?.() ?? [];
  return zones.map(readZoneName);
}
