import { type CodeEnd, endOfDay, findNextOpening } from "@foyer/admission";
import { localeOf } from "@foyer/blocks";
import type { DeviceRule } from "@foyer/contract";
import type { FastifyReply } from "fastify";
import { timeIn } from "../clock-time.ts";
import type { MessageKey } from "../language.ts";
import { type Step, showPage } from "../step.ts";
import type { Grant } from "./grant.ts";

type Refused = Extract<Grant, { kind: "refused" }>;

/** The branch's policies let nobody in this way, and no waiting helps. */
export function showNoPolicy(step: Step): FastifyReply {
  return showNotice(step, "noPolicy.title", step.t("noPolicy.text"));
}

/** Staff have blocked this device: they alone can say why. `until` null: and take it back. */
export function showBlocked(step: Step, { until }: Pick<DeviceRule, "until">): FastifyReply {
  const { portal, context, t } = step;
  portal.doorNotes.note(context, { asked: "page", answer: "refused", reason: "blocked" });
  const time = until === null ? null : timeIn(step)(new Date(until));
  const text = time === null ? t("blocked.text") : t("blocked.until", { time });
  return showNotice(step, "blocked.title", text);
}

/** The access code was good when it was typed, and is not any more. */
export function showCodeOver(step: Step, codeEnd: CodeEnd): FastifyReply {
  const fault = codeEnd === "code-expired" ? "expired" : "withdrawn";
  return showNotice(step, "noPolicy.title", step.t(`accessCode.fault.${fault}`));
}

/** The guest may go online, but not now, or not any more: says when again. */
export function showRefusal(step: Step, { policy, refusal }: Refused): FastifyReply {
  const { t } = step;
  switch (refusal.reason) {
    case "policy-ended":
      return showNotice(step, "noPolicy.title", sayEnd(step, policy));
    case "outside-hours":
      return showNotice(step, "closed.title", sayOpening(step, policy));
    case "too-many-devices":
      return showNotice(
        step,
        "devices.title",
        t("devices.text", { count: policy.devicesMax ?? 1 }),
      );
    case "time-used-up":
    case "volume-used-up":
      return showNotice(step, "usedUp.title", t(`usedUp.${refusal.per ?? "ever"}`));
    default:
      return assertNever(refusal.reason);
  }
}

function sayEnd(step: Step, { validUntil }: Refused["policy"]): string {
  if (validUntil === undefined) return step.t("noPolicy.text");
  return step.t("noPolicy.ended", { time: timeIn(step)(new Date(validUntil)) });
}

function sayOpening({ settings, language, now, t }: Step, policy: Refused["policy"]): string {
  const { timeZone } = settings.branch;
  const opening = findNextOpening(policy.allowedHours ?? [], { now, timeZone });
  const { validUntil } = policy;
  // The policy may end before it opens once more.
  const isLast = validUntil !== undefined && opening !== null && opening >= new Date(validUntil);
  if (opening === null || isLast) return t("closed.text");
  const say = (day: Intl.DateTimeFormatOptions) => {
    const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
    return new Intl.DateTimeFormat(localeOf(language), { ...day, ...hour }).format(opening);
  };
  const isWithin = (days: number) => opening < endOfDay(now, { days, timeZone });
  if (isWithin(0)) return t("closed.today", { time: say({}) });
  // The same day of next week would be taken for today.
  const date = isWithin(6) ? {} : ({ day: "numeric", month: "long" } as const);
  return t("closed.until", { time: say({ weekday: "long", ...date }) });
}

function showNotice(step: Step, title: MessageKey, text: string): FastifyReply {
  const heading = step.t(title);
  return showPage(step, {
    template: "notice",
    view: { heading, text },
    title: heading,
    status: 403,
    path: "/start",
  });
}

function assertNever(reason: never): never {
  throw new Error(`unknown refusal ${reason}`);
}
