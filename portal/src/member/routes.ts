import {
  endMemberLinks,
  issueMemberLink,
  listCredentialDevices,
  type MemberLink,
  revokeCredentials,
} from "@foyer/branch-store";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepsCookies } from "../grant/device-token.ts";
import type { MessageKey } from "../language.ts";
import type { Portal } from "../portal.ts";
import { forGuests, hrefOf, type Step, showPage, type Visit } from "../step.ts";
import { addFileRoutes, fileHref } from "./file-routes.ts";
import { readStanding } from "./offer.ts";
import { findStandingRefusal, guessPlatform, PLATFORMS, writeToken } from "./rules.ts";

/** How a guest's device comes in by itself: told here, taken from the link, taken back here. */
export function addMemberRoutes(app: FastifyInstance, portal: Portal): void {
  app.get("/member", forGuests(portal, showMember));
  app.post("/member/forget", forGuests(portal, forget));
  addFileRoutes(app, portal, showFiles);
}

function showMember(step: Step): FastifyReply {
  const { settings, context, portal, remoteAddress, reply } = step;
  if (!settings.memberWifi?.enabled) return reply.callNotFound() as unknown as FastifyReply;
  const { deviceId } = context;
  const given = portal.store.transaction((tx) => {
    const standing = readStanding(tx, context);
    const refusal = findStandingRefusal(standing);
    if (refusal !== null || standing.guest === null) return { kind: "refused" as const, refusal };
    const { id: guestId } = standing.guest;
    const issued = issueMemberLink(tx, { deviceId, guestId, remoteAddress });
    return { ...issued, devices: listCredentialDevices(tx, guestId) };
  });
  const refusal = given.kind === "refused" ? given.refusal : null;
  portal.log.info({ deviceId, outcome: given.kind, refusal }, "member page");
  if (given.kind === "refused") return showNotice(step, "member.refused", 403);
  if (given.kind === "too-many") return showNotice(step, "member.many", 429);
  const { link, devices } = given;
  const forgettable = [
    ...(devices.includes(deviceId) ? ["device"] : []),
    ...(devices.some((each) => each !== deviceId) ? ["all"] : []),
  ];
  const back = hrefOf(portal, context.admitted === null ? "/start" : "/online", context);
  // A sign-in sheet that is closed before access takes the Wi-Fi down with it.
  return showFiles(step, link, { forgettable, back, isOnline: context.admitted !== null });
}

type Around = { forgettable: string[]; back: string; isOnline: boolean };

/** In a real browser the files themselves, in a sign-in sheet how to get to a real browser. */
function showFiles(
  visit: Visit & { settings: NonNullable<Visit["settings"]> },
  link: MemberLink,
  around: Around | null,
): FastifyReply {
  const { t, portal, settings, language, reply } = visit;
  const userAgent = reply.request.headers["user-agent"] ?? "";
  const platform = guessPlatform(userAgent);
  const isSheet = around !== null && !keepsCookies(userAgent);
  const time = new Intl.DateTimeFormat(language, {
    timeStyle: "short",
    timeZone: settings.branch.timeZone,
    hourCycle: "h23",
  });
  const start = `${portal.originOf()}/m/`;
  const shown = writeToken(link.token);
  const files = PLATFORMS.map((each) => ({
    href: `${fileHref(link.token, each)}?language=${language}`,
    label: t(`member.file.${each}`),
    next: t(`member.file.${each}.next`),
    isFirst: platform === null || each === platform,
  }));
  const view = {
    lead: t("member.lead", { ssid: settings.memberWifi?.ssid ?? "" }),
    carry: isSheet ? (platform ?? "other") : null,
    isOnline: around?.isOnline ?? false,
    address: { href: `${start}${shown}`, start, token: shown },
    life: t("member.life", { time: time.format(link.expiresAt) }),
    files: files.toSorted((one, other) => Number(other.isFirst) - Number(one.isFirst)),
    forget: around?.forgettable ?? [],
    back: around?.back ?? null,
  };
  return showPage(visit, { template: "member", view, title: t("member.title") });
}

/** Ends what this device, or each of the guest's, opens the secure SSID with. */
function forget(step: Step): FastifyReply {
  const { context, portal, field } = step;
  const { deviceId } = context;
  const isAll = field("whose") === "all";
  const done = portal.store.transaction((tx) => {
    const standing = readStanding(tx, context);
    if (findStandingRefusal(standing) !== null || standing.guest === null) return null;
    const whose = isAll ? { guestId: standing.guest.id } : { deviceId };
    endMemberLinks(tx, whose);
    return revokeCredentials(tx, { ...whose, by: "guest" });
  });
  portal.log.info({ deviceId, isAll, revoked: done }, "member credentials revoked");
  if (done === null) return showNotice(step, "member.refused", 403);
  return showNotice(step, "member.forgotten", 200);
}

function showNotice(
  step: Step,
  what: "member.refused" | "member.many" | "member.forgotten",
  status: number,
): FastifyReply {
  const { t, portal, context } = step;
  const say = (part: "title" | "text") => t(`${what}.${part}` satisfies MessageKey);
  const path = context.admitted === null ? "/start" : "/online";
  const action = { href: hrefOf(portal, path, context), label: t("member.back") };
  const view = { heading: say("title"), text: say("text"), action };
  return showPage(step, { template: "notice", view, title: view.heading, status, path });
}
