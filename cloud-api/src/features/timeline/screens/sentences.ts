import { useOwnFieldName } from "../../../shell/own-fields.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { SENTENCES, within } from "../rules.ts";
import type { TimelineMoment } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What a moment says, and who did it. */
export function useSentence(): (moment: TimelineMoment) => {
  sentence: string;
  by: string | null;
} {
  const t = useTexts();
  const format = useFormat();
  const nameField = useOwnFieldName();
  const sayFields = (names: readonly string[]) =>
    names
      .map((name) => (isNamed(name) ? t(`field-${name}`) : (nameField(name) ?? t("field-own"))))
      .join(", ");
  const sentenceOf = ({ kind, what, names, given, at, endedAt }: TimelineMoment): string => {
    const [name = ""] = names;
    switch (kind) {
      case "visit": {
        if (!endedAt) return t("visit-open");
        const seconds = (Date.parse(endedAt) - Date.parse(at)) / 1000;
        return t("visit-of", { duration: format.duration(seconds) });
      }
      case "survey":
        return t("survey-answered");
      case "details":
        return t("details-told", { fields: sayFields([...new Set(names)]) });
      case "consent": {
        const purpose = t(`purpose-${isPurpose(what) ? what : "other"}`);
        const about = isChannel(name) ? `${purpose}: ${t(`channel-${name}`)}` : purpose;
        return t(given ? "consent-given" : "consent-taken-back", { purpose: about });
      }
      case "request":
        return t(`request-${isRequest(what) ? what : "copy"}`);
      default:
        return SENTENCES[kind](t, { what, names });
    }
  };
  return (moment) => ({
    sentence: sentenceOf(moment),
    by: moment.staffName ? t("by", { name: moment.staffName }) : sayGiver(moment),
  });

  function sayGiver({ kind, what, given }: TimelineMoment): string | null {
    if (kind === "mark") return given === false ? t("by-rule") : null;
    if (kind === "merge") return what === "merged" ? t("by-foyer") : null;
    if (kind !== "details") return null;
    if (what === "customer") return t("by-customer");
    return what === "import" ? t("by-file") : what === "staff" ? t("by-staff") : null;
  }
}

const NAMED = [
  ...(["kind", "name", "phone", "email", "birthday", "language", "address"] as const),
  ...(["place", "card", "posId", "zaloId"] as const),
];
const PURPOSES = ["terms", "marketing", "profiling", "presence", "ads"] as const;
const CHANNELS = ["sms", "zalo", "email"] as const;
const REQUESTS = ["copy", "deletion", "correction", "restriction"] as const;

const isNamed = within(NAMED);
const isPurpose = within(PURPOSES);
const isChannel = within(CHANNELS);
const isRequest = within(REQUESTS);
