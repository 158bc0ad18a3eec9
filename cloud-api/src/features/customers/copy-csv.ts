import { toCsv } from "../../platform/csv.ts";
import { languageOf } from "./copy.ts";
import en from "./locales/en.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import type { CopyReply } from "./schema.ts";

type Texts = Readonly<Record<string, string | { other: string }>>;
const TEXTS: { en: Texts; vi: Texts } = { en, vi };

/**
 * The copy that a guest asked for as one table: a line for each thing that is kept of them, with who
 * gave it, when, where and under which words. In the customer's own language.
 */
export function toCopyCsv(customer: CopyReply): string {
  const texts = TEXTS[languageOf(customer)];
  const say = (key: string): string => {
    const text = texts[key] ?? key;
    return typeof text === "string" ? text : text.other;
  };
  const heading = ["copy-part", "copy-what", "copy-value", "copy-when", "copy-where", "copy-under"];
  return toCsv([
    heading.map(say),
    ...summarise(customer, say),
    ...listFields(customer, { part: say("fields"), fields: customer.fields, say }),
    ...listFields(customer, { part: say("copy-earlier"), fields: customer.earlier, say }),
    ...customer.devices.map((device) => [
      say("devices"),
      describeDevice(device, say),
      device.mac,
      `${device.firstSeenAt} – ${device.lastSeenAt}`,
      "",
      "",
    ]),
    ...customer.consents.map(
      ({ purpose, channel, given, at, branchName, textVersion, language, method }) => [
        say("consents"),
        channel
          ? `${say(`purpose-${purpose}`)}: ${say(`channel-${channel}`)}`
          : say(`purpose-${purpose}`),
        say(given ? "given" : "withdrawn"),
        at,
        branchName,
        `${fill(say("text-version"), { version: textVersion, language })}, ${say(`way-${method}`)}`,
      ],
    ),
    ...customer.requests.map(({ kind, askedAt, branchName, finishedAt }) => [
      say("requests"),
      say(`request-${kind}`),
      say(finishedAt ? "request-finished" : "request-open"),
      askedAt,
      branchName,
      "",
    ]),
    ...customer.history.map(({ kind, what, value, at, endedAt, branchName }) => [
      say(`copy-${kind}`),
      what,
      value,
      endedAt === null ? at : `${at} – ${endedAt}`,
      branchName,
      "",
    ]),
  ]);
}

type Say = (key: string) => string;
type Row = (string | number | null)[];

/** What it is, as far as its browser said so, and of which kind its address is. */
function describeDevice(
  { system, form, randomised }: CopyReply["devices"][number],
  say: Say,
): string {
  const words = [form && `form-${form}`, system && `system-${system}`, randomised && "randomised"];
  return words.flatMap((word) => (word ? [say(word)] : [])).join(", ");
}

function summarise({ source, visits, lastVisitAt }: CopyReply, say: Say): Row[] {
  return [
    [say("customer"), say("came-from"), source.branchName, source.at, "", ""],
    [say("customer"), say("visits"), visits, lastVisitAt, "", ""],
  ];
}

function listFields(
  customer: CopyReply,
  { part, fields, say }: { part: string; fields: CopyReply["fields"]; say: Say },
): Row[] {
  const language = languageOf(customer);
  return fields.map(({ field, label, value, givenBy, givenAt, branchName, termsVersion }) => {
    const name = label?.[language] ?? Object.values(label ?? {})[0] ?? say(`field-${field}`);
    const under = termsVersion && fill(say("under-terms"), { version: termsVersion });
    const source = givenBy === "guest" ? under : say(`given-by-${givenBy}`);
    return [part, name, value, givenAt, branchName, source ?? ""];
  });
}

const fill = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
