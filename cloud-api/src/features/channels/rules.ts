/** How a contact is reached. */
export type ContactKind = "phone" | "email";
export type Way = "zalo" | "sms" | "email";

export const SENDER_KINDS = [
  "http-gateway",
  "smtp",
  "smpp",
  "esms",
  "speedsms",
  "twilio",
  "zalo",
] as const;
export type SenderKind = (typeof SENDER_KINDS)[number];

export type SenderField = {
  name: string;
  type: "text" | "long-text" | "url" | "number" | "switch" | "choice" | "secret";
  isRequired: boolean;
  /** What a new sender begins with. */
  initial?: string;
  choices?: readonly string[];
};

export type KindDescription = {
  carries: readonly ContactKind[];
  way: Way;
  fields: readonly SenderField[];
};

const required = (name: string, type: SenderField["type"] = "text"): SenderField => ({
  ...{ name, type, isRequired: true },
});
const optional = (name: string, type: SenderField["type"] = "text"): SenderField => ({
  ...{ name, type, isRequired: false },
});
const initially = (initial: string, field: SenderField): SenderField => ({ ...field, initial });
const choice = (name: string, choices: readonly string[], initial: string): SenderField => ({
  ...{ name, type: "choice", isRequired: true, choices, initial },
});

/** What guests read; empty: our own words. {{code}}, {{branch}} and {{minutes}} are filled in. */
const TEXTS = [optional("textVi", "long-text"), optional("textEn", "long-text")];
const UNACCENTED = initially("on", optional("unaccented", "switch"));
const sms = (fields: readonly SenderField[]): KindDescription => ({
  ...{ carries: ["phone"], way: "sms", fields: [...fields, ...TEXTS, UNACCENTED] },
});

/** What each kind of sender asks for. Addresses are settings too: providers move them. */
export const KINDS: Readonly<Record<SenderKind, KindDescription>> = {
  "http-gateway": sms([
    required("url", "url"),
    choice("method", ["POST", "GET", "PUT"], "POST"),
    initially("application/json", optional("contentType")),
    initially('{"to":"{{phone}}","text":"{{text}}"}', optional("body", "long-text")),
    optional("headerName"),
    optional("headerValue", "secret"),
    initially("200", required("statusMin", "number")),
    initially("299", required("statusMax", "number")),
    optional("bodyIncludes"),
    optional("idPattern"),
  ]),
  smtp: {
    carries: ["email"],
    way: "email",
    fields: [
      required("host"),
      initially("465", required("port", "number")),
      choice("security", ["tls", "starttls", "none"], "tls"),
      optional("userName"),
      optional("password", "secret"),
      required("from"),
      optional("subjectVi"),
      optional("subjectEn"),
      ...TEXTS,
    ],
  },
  smpp: sms([
    required("host"),
    initially("2775", required("port", "number")),
    choice("security", ["none", "tls"], "none"),
    required("systemId"),
    required("password", "secret"),
    optional("systemType"),
    required("sourceAddress"),
    choice("sourceTon", ["5", "1", "0"], "5"),
  ]),
  esms: sms([
    initially("https://rest.esms.vn", required("baseUrl", "url")),
    required("apiKey", "secret"),
    required("secretKey", "secret"),
    required("brandname"),
    choice("smsType", ["2", "8"], "2"),
  ]),
  speedsms: sms([
    initially("https://api.speedsms.vn", required("baseUrl", "url")),
    required("accessToken", "secret"),
    choice("smsType", ["2", "3", "4", "5"], "3"),
    optional("sender"),
  ]),
  twilio: sms([
    initially("https://api.twilio.com", required("baseUrl", "url")),
    required("accountSid"),
    required("apiKeySid"),
    required("apiKeySecret", "secret"),
    required("from"),
  ]),
  zalo: {
    carries: ["phone"],
    way: "zalo",
    fields: [
      initially("https://business.openapi.zalo.me", required("baseUrl", "url")),
      initially("https://oauth.zaloapp.com", required("oauthUrl", "url")),
      initially("https://openapi.zalo.me", optional("oaUrl", "url")),
      required("appId"),
      required("appSecret", "secret"),
      required("refreshToken", "secret"),
      required("templateId"),
      initially("otp", required("codeParameter")),
      optional("branchParameter"),
    ],
  },
};

export function isSenderKind(text: string): text is SenderKind {
  return SENDER_KINDS.some((kind) => kind === text);
}

export type SenderFault = { field: string; reason: string };

const TEXT_LENGTH_MAX = 4000;

/**
 * What is wrong with a sender as staff typed it: `field` is a JSON pointer. Secrets that are left
 * out stay as they are, so those that are set already count as given.
 */
export function findSenderFault(
  kind: SenderKind,
  given: { settings: Record<string, string>; secrets: Record<string, string> },
  setSecrets: readonly string[],
): SenderFault | null {
  const { fields } = KINDS[kind];
  for (const [group, values] of Object.entries(given))
    for (const name of Object.keys(values)) {
      const known = fields.find((field) => field.name === name);
      if (!known || (known.type === "secret") !== (group === "secrets"))
        return { field: `/${group}/${name}`, reason: `is no field of ${kind}` };
    }
  for (const field of fields) {
    const isSecret = field.type === "secret";
    const value = (isSecret ? given.secrets : given.settings)[field.name] ?? "";
    const reason = findValueFault(field, value, isSecret && setSecrets.includes(field.name));
    if (reason) return { field: `/${isSecret ? "secrets" : "settings"}/${field.name}`, reason };
  }
  return null;
}

function findValueFault(field: SenderField, value: string, isSet: boolean): string | null {
  if (value.length > TEXT_LENGTH_MAX) return `is longer than ${TEXT_LENGTH_MAX} characters`;
  if (value === "") return field.isRequired && !isSet ? "is missing" : null;
  // What breaks a line breaks a header.
  if (field.type !== "long-text" && /[\r\n\0]/.test(value)) return "has a line break";
  if (field.type === "url" && !isWebAddress(value)) return "is no http or https address";
  if (field.type === "number" && !/^[0-9]{1,6}$/.test(value)) return "is no number";
  if (field.type === "switch" && value !== "on" && value !== "off") return "is neither on nor off";
  if (field.type === "choice" && !field.choices?.includes(value)) return "is not among the choices";
  return null;
}

function isWebAddress(text: string): boolean {
  const probe = text.replaceAll(/\{\{(phone|text|code)\}\}/g, "0");
  const url = URL.canParse(probe) ? new URL(probe) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "";
}

/** Why a provider did not take a message. */
export type Reason =
  | "invalid-recipient"
  | "opted-out"
  | "blocked"
  | "quota"
  | "balance"
  | "template"
  | "auth"
  | "content"
  | "transient"
  | "unknown";

export type Failure = "recipient" | "budget" | "expired" | "sender";

const OF_THE_RECIPIENT: readonly (string | null)[] = ["invalid-recipient", "opted-out"];

/** What a guest is told when no step has taken the message. */
export function failureOf(reasons: readonly (string | null)[]): Failure {
  const isRecipient =
    reasons.length > 0 && reasons.every((each) => OF_THE_RECIPIENT.includes(each));
  return isRecipient ? "recipient" : "sender";
}

export type Step = { senderId: string; timeoutSeconds: number };

export type PastAttempt = {
  step: number;
  state: "claimed" | "accepted" | "rejected" | "retry" | "unknown";
  reason: string | null;
  claimedAt: Date;
  endsAt: Date;
  retryAt: Date | null;
};

export type Plan =
  | { kind: "send"; step: number }
  /** Somebody else is at it, or the provider asked for patience: look again at `at`. */
  | { kind: "later"; at: Date }
  /** Whoever claimed the last attempt never said what came of it. */
  | { kind: "unknown" }
  | { kind: "failed"; failure: Failure };

/** How long after its end an attempt may still be told of. */
export const ATTEMPT_GRACE_SECONDS = 3;

/**
 * What is next for a code: pure, so that a process that died, a clock and a provider that asks for
 * patience are one table of cases. Never a second message where the first may have gone out.
 */
export function planNext(
  attempts: readonly PastAttempt[],
  { steps, now, deadline }: { steps: readonly Step[]; now: Date; deadline: Date },
): Plan {
  const last = attempts.at(-1);
  if (last?.state === "unknown" || last?.state === "accepted") return { kind: "unknown" };
  if (last?.state === "claimed") {
    const at = new Date(last.endsAt.getTime() + ATTEMPT_GRACE_SECONDS * 1000);
    return now < at ? { kind: "later", at } : { kind: "unknown" };
  }
  if (now >= deadline) return { kind: "failed", failure: "expired" };
  const step = last ? last.step + (mayRetry(attempts, { steps, deadline }) ? 0 : 1) : 0;
  if (last?.retryAt && step === last.step && last.retryAt > now)
    return { kind: "later", at: last.retryAt };
  if (step < steps.length) return { kind: "send", step };
  return { kind: "failed", failure: failureOf(attempts.map(({ reason }) => reason)) };
}

/** The same sender again: only where it asked for it, within the time it was given. */
function mayRetry(
  attempts: readonly PastAttempt[],
  { steps, deadline }: { steps: readonly Step[]; deadline: Date },
): boolean {
  const last = attempts.at(-1);
  if (last?.state !== "retry" || !last.retryAt || last.retryAt >= deadline) return false;
  const first = attempts.find(({ step }) => step === last.step) ?? last;
  const seconds = steps[last.step]?.timeoutSeconds ?? 0;
  return last.retryAt.getTime() < first.claimedAt.getTime() + seconds * 1000;
}

/** Fills {{code}}, {{branch}}, {{minutes}} and {{text}} …; what is filled in is never read again. */
export function fillIn(
  template: string,
  values: Readonly<Record<string, string>>,
  escaped: (value: string) => string = (value) => value,
): string {
  return template.replace(/\{\{([a-z]+)\}\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : escaped(value);
  });
}

/** Vietnamese without its marks: an SMS of them is 160 letters long, one with them 70. */
export function withoutAccents(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .replaceAll("đ", "d")
    .replaceAll("Đ", "D");
}

/** The day on a branch's calendar, YYYY-MM-DD. */
export function dayIn(timeZone: string, now: Date): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone }).format(now);
}

/** A contact as adapters take it: E.164, or something with one @. */
export function isContact(kind: ContactKind, value: string): boolean {
  return kind === "phone"
    ? /^\+[1-9][0-9]{6,14}$/.test(value)
    : /^[^\s@<>",;:]+@[^\s@<>",;:]+\.[^\s@<>",;:]+$/.test(value);
}

/** Digits that every way of writing a number ends with. */
const TAIL_DIGITS = 7;

/** Providers quote whom they were to reach: their words are kept without that. */
export function leaveOut(detail: string | null, contact: string): string | null {
  if (detail === null) return null;
  const digits = [...contact.slice(-TAIL_DIGITS)].join("[ .()-]*");
  const said = contact.includes("@") ? RegExp.escape(contact) : `\\+?[\\d .()-]*${digits}`;
  return detail.replace(new RegExp(said, "gi"), "…");
}
