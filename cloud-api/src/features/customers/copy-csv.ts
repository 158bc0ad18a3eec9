import { toCsv } from "../../platform/csv.ts";
import en from "./locales/en.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import type { CustomerReply } from "./schema.ts";

type Texts = Readonly<Record<string, string | { other: string }>>;
const TEXTS: { en: Texts; vi: Texts } = { en, vi };

/**
 * The copy that a guest asked for as one table: a line for each thing that is kept of them, with who
 * gave it, when, where and under which words. In the customer's own language.
 */
export function toCopyCsv(customer: CustomerReply): string {
  const texts = customer.language === "en" ? TEXTS.en : TEXTS.vi;
  const say = (key: string): string => {
    const text = texts[key] ?? key;
    return typeof text === "string" ? text : text.other;
  };
  const heading = ["copy-part", "copy-what", "copy-value", "copy-when", "copy-where", "copy-under"];
  return toCsv([
    heading.map(say),
    ...listFields(customer, say),
    ...customer.devices.map((device) => [
      say("devices"),
      describeDevice(device, say),
      device.mac,
      `${device.firstSeenAt} – ${device.lastSeenAt}`,
      "",
      "",
    ]),
    ...customer.consents.map(
      ({ purpose, channel, given, at, branchName, textVersion, language }) => [
        say("consents"),
        channel
          ? `${say(`purpose-${purpose}`)}: ${say(`channel-${channel}`)}`
          : say(`purpose-${purpose}`),
        say(given ? "given" : "withdrawn"),
        at,
        branchName,
        fill(say("text-version"), { version: textVersion, language }),
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
  ]);
}

type Say = (key: string) => string;
type Row = (string | number | null)[];

/** What it is, as far as its browser said so, and of which kind its address is. */
function describeDevice(
  { system, form, randomised }: CustomerReply["devices"][number],
  say: Say,
): string {
  const words = [form && `form-${form}`, system && `system-${system}`, randomised && "randomised"];
  return words.flatMap((word) => (word ? [say(word)] : [])).join(", ");
}

function listFields(customer: CustomerReply, say: Say): Row[] {
  const language = customer.language === "en" ? "en" : "vi";
  const summary: Row[] = [
    [say("customer"), say("came-from"), customer.source.branchName, customer.source.at, "", ""],
    [say("customer"), say("visits"), customer.visits, customer.lastVisitAt, "", ""],
  ];
  const told = customer.fields.map(
    ({ field, label, value, givenBy, givenAt, branchName, termsVersion }) => {
      const name = label?.[language] ?? Object.values(label ?? {})[0] ?? say(`field-${field}`);
      const under = termsVersion && fill(say("under-terms"), { version: termsVersion });
      const source = givenBy === "guest" ? under : say(`given-by-${givenBy}`);
      return [say("fields"), name, value, givenAt, branchName, source ?? ""];
    },
  );
  return [...summary, ...told];
}

const fill = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
