import { listChoices, tickNameOf } from "@foyer/blocks";
import {
  type Consent,
  endAccess,
  eraseGuest,
  findWordOn,
  type GuestRequest,
  requestCopy,
  type Transaction,
} from "@foyer/branch-store";
import { type ConsentPurpose, ConsentPurposeSchema, MESSAGE_CHANNELS } from "@foyer/contract";
import type { FastifyReply } from "fastify";
import { keepConsent, takeBackConsent } from "../consent/keep.ts";
import { readTick } from "../consent/rules.ts";
import { findTextFor } from "../consent/view.ts";
import { logOut } from "../grant/log-out.ts";
import { hrefOf, leadOn, type Step, showPage } from "../step.ts";
import { showNotice } from "./notice.ts";
import { readStanding, type Standing, showPrivacy } from "./page.ts";
import { provedIn } from "./proof.ts";

type Known = Extract<Standing, { kind: "guest" }>;

/** What only the guest whose number was proved may do; anybody else is asked to prove it. */
export function forProved(
  act: (step: Step, standing: Known) => FastifyReply | Promise<FastifyReply>,
): (step: Step) => FastifyReply | Promise<FastifyReply> {
  return (step) => {
    const standing = readStanding(step);
    return standing.kind === "guest" ? act(step, standing) : showPrivacy(step);
  };
}

const again = (step: Step): FastifyReply =>
  leadOn(step, hrefOf(step.portal, "/privacy", step.context));

/**
 * Takes one consent back, by one tap: of messages one channel, or all of them. The terms only by a
 * second tap, since they end access.
 */
export function withdraw(
  step: Step,
  { guest, consents }: Known,
): FastifyReply | Promise<FastifyReply> {
  const { field, context, portal } = step;
  const channel = MESSAGE_CHANNELS.find((each) => each === field("channel")) ?? null;
  const asked = findPurpose(field("purpose"));
  const words =
    channel && asked
      ? [findWordOn(consents, { purpose: asked, channel })]
      : consents.filter((each) => each.purpose === asked);
  const given = words.find((each) => each?.given);
  // Taken back on another page, or by the tap before.
  if (!given) return again(step);
  if (given.purpose === "terms") return withdrawTerms(step, guest.id, given);
  const { purpose } = given;
  portal.store.transaction((tx) =>
    takeBackConsent(tx, context, { guestId: guest.id, given, channel, way: "privacy-page" }),
  );
  portal.log.info({ deviceId: context.deviceId, purpose, channel }, "consent taken back");
  return again(step);
}

async function withdrawTerms(step: Step, guestId: string, given: Consent): Promise<FastifyReply> {
  const { field, context, portal } = step;
  if (field("sure") !== "yes") return askWhetherSure(step, "terms");
  portal.store.transaction((tx) => {
    takeBackConsent(tx, context, { guestId, given, channel: null, way: "privacy-page" });
    endAccess(tx, guestId);
  });
  portal.log.info({ deviceId: context.deviceId, purpose: "terms" }, "consent taken back");
  const isOnline = context.arrival.state === "online";
  Object.assign(context, { ...provedIn(step), admitted: null, knownGuestId: null });
  return isOnline ? logOut(step) : showNotice(step, "privacy.termsOver");
}

/** Says yes again, with a tick, to the words that are in force. */
export function give(step: Step, { guest }: Known): FastifyReply {
  const { field, context, portal } = step;
  const purpose = findPurpose(field("purpose"));
  const text = purpose && findTextFor(step, purpose);
  if (!text) return again(step);
  portal.store.transaction((tx) => {
    for (const choice of listChoices(text)) {
      const tick = readTick(field(tickNameOf(choice)), text);
      // Without a tick nothing was said; other words are shown by the page that follows.
      if (tick.kind === "ticked")
        keepConsent(tx, context, {
          ...{ guestId: guest.id, ...choice },
          ...{ text: tick.terms, way: "privacy-page" },
        });
    }
  });
  return again(step);
}

function findPurpose(name: string): ConsentPurpose | null {
  return ConsentPurposeSchema.anyOf.map((each) => each.const).find((each) => each === name) ?? null;
}

export function askForCopy(step: Step, { guest }: Known): FastifyReply {
  const isNew = ask(step, guest.id, requestCopy);
  step.portal.log.info({ deviceId: step.context.deviceId, isNew }, "copy asked for");
  return again(step);
}

/** Forgets the guest, once they have said so twice. */
export function forget(step: Step, { guest }: Known): FastifyReply {
  const { field, context, portal } = step;
  if (field("sure") !== "yes") return askWhetherSure(step, "delete");
  ask(step, guest.id, eraseGuest);
  portal.log.info({ deviceId: context.deviceId }, "guest forgotten");
  // The page keeps whose it was: a second tap is told the same.
  Object.assign(context, { ...provedIn(step), admitted: null, knownGuestId: null });
  return again(step);
}

function ask(
  { portal, context, language }: Step,
  guestId: string,
  work: (tx: Transaction, request: GuestRequest) => boolean,
): boolean {
  const { deviceId, arrival } = context;
  const request = { guestId, deviceId, nasId: arrival.nasId, language };
  return portal.store.transaction((tx) => work(tx, request));
}

function askWhetherSure(step: Step, what: "terms" | "delete"): FastifyReply {
  const { t, portal, context } = step;
  const view = {
    heading: t(`privacy.sure.${what}.title`),
    text: t(`privacy.sure.${what}.text`),
    action: what === "terms" ? "/privacy/withdraw" : "/privacy/delete",
    purpose: what === "terms" ? "terms" : null,
    yes: t(`privacy.sure.${what}.yes`),
    no: t("privacy.sure.no"),
    back: hrefOf(portal, "/privacy", context),
  };
  return showPage(step, {
    template: "privacy-sure",
    view,
    title: view.heading,
    path: "/privacy",
  });
}
