import { useFormat } from "../../../shell/use-format.ts";
import type { TimelineMoment } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What a moment says, and who did it. */
export function useSentence(): (moment: TimelineMoment) => {
  sentence: string;
  by: string | null;
} {
  const t = useTexts();
  const format = useFormat();
  const sayFields = (names: readonly string[]) =>
    names.map((name) => (isNamed(name) ? t(`field-${name}`) : t("field-own"))).join(", ");
  const sentenceOf = ({ kind, what, names, given, at, endedAt }: TimelineMoment): string => {
    const [name = ""] = names;
    switch (kind) {
      case "visit": {
        if (!endedAt) return t("visit-open");
        const seconds = (Date.parse(endedAt) - Date.parse(at)) / 1000;
        return t("visit-of", { duration: format.duration(seconds) });
      }
      case "sign-in":
        return t(`sign-in-${isMethod(what) ? what : "other"}`);
      case "survey":
        return t("survey-answered");
      case "case":
        if (what === "done") return t("case-done", { name });
        return t(what === "closed" ? "case-closed" : "case-raised");
      case "details":
        return t("details-told", { fields: sayFields([...new Set(names)]) });
      case "consent": {
        const purpose = t(`purpose-${isPurpose(what) ? what : "other"}`);
        const about = isChannel(name) ? `${purpose}: ${t(`channel-${name}`)}` : purpose;
        return t(given ? "consent-given" : "consent-taken-back", { purpose: about });
      }
      case "mark":
        return sayMark(what, name);
      case "merge":
        return t(what === "parted" ? "merge-parted" : "merge-merged");
      case "request":
        return t(`request-${isRequest(what) ? what : "copy"}`);
      case "wifi-key":
        return t(`wifi-key-${isKeyWord(what) ? what : "ended"}`);
    }
  };
  const sayMark = (what: string | null, name: string): string => {
    if (what === "tagged") return name ? t("mark-tagged", { name }) : t("mark-tagged-gone");
    if (what === "untagged") return name ? t("mark-untagged", { name }) : t("mark-untagged-gone");
    if (what === "tier") return name ? t("mark-tier", { name }) : t("mark-no-tier");
    return name ? t("mark-group", { name }) : t("mark-no-group");
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
  ...(["card", "posId", "zaloId"] as const),
];
const METHODS = [
  ...(["phone-code", "email-code", "member-code", "room"] as const),
  ...(["access-code", "click-through", "returning"] as const),
];
const PURPOSES = ["terms", "marketing", "profiling", "presence", "ads"] as const;
const CHANNELS = ["sms", "zalo", "email"] as const;
const REQUESTS = ["copy", "deletion", "correction", "restriction"] as const;
const KEY_WORDS = ["issued", "guest", "staff", "replaced", "other-guest", "forgotten"] as const;

const within =
  <T extends string>(list: readonly T[]) =>
  (text: string | null): text is T =>
    list.some((each) => each === text);
const isNamed = within(NAMED);
const isMethod = within(METHODS);
const isPurpose = within(PURPOSES);
const isChannel = within(CHANNELS);
const isRequest = within(REQUESTS);
const isKeyWord = within(KEY_WORDS);
