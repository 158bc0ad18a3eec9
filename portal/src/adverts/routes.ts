import { openTemplates } from "@foyer/blocks";
import { findAdsConsent, isAdvertEvent, showAdvertTags } from "@foyer/branch-store";
import { ADVERT_EVENT, type AdvertTags } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Portal } from "../portal.ts";
import { forGuests, hrefOf, readVisit, type Step } from "../step.ts";
import { EMPTY_FRAME_POLICY, framePolicyOf } from "./policy.ts";
import { TAGS_SCRIPT } from "./tags-script.ts";

/** A NAS may tell of a session a little after its guest reaches the page. */
const LOOKS_AGAIN_SECONDS = 2;
const LOOKS_MAX = 15;

const draw = openTemplates(new URL(".", import.meta.url));

/**
 * The frame of the page after access in which the company's advert tags load. It is a document of its
 * own, without an origin (sandbox): what loads there reads nothing of the guest's page, and its address,
 * which tags tell, holds the visit's random id and nothing else.
 */
export function addAdvertRoutes(app: FastifyInstance, portal: Portal): void {
  app.get("/adverts", forGuests(portal, beginFrame));
  app.get<{ Params: { advertEventId: string } }>("/adverts/:advertEventId", (request, reply) => {
    const { settings } = readVisit(portal, request, reply);
    const { advertEventId } = request.params;
    const isShown = portal.store.read((tx) => isAdvertEvent(tx, advertEventId));
    const tags = settings?.advertTags;
    return tags && isShown ? sendTags(reply, advertEventId, tags) : sendEmpty(reply);
  });
}

/** Where the tags' frame begins; null for whom none is loaded. */
export function findAdvertsHref(
  { settings, portal, context }: Step,
  guestId: string | null,
): string | null {
  if (!hasTags(settings.advertTags) || guestId === null) return null;
  const word = portal.store.read((tx) => findAdsConsent(tx, guestId));
  return word ? hrefOf(portal, "/adverts", context) : null;
}

const hasTags = (tags: AdvertTags | undefined): tags is AdvertTags =>
  tags !== undefined && (tags.metaPixelId ?? tags.googleTagId) !== null;

/** Leads on to the tags once the guest is online, and waits for that a little. */
function beginFrame(step: Step): FastifyReply {
  const { portal, settings, context, reply } = step;
  const guestId = context.admitted?.guestId ?? context.knownGuestId;
  const tags = settings.advertTags;
  if (!hasTags(tags) || guestId === null) return sendEmpty(reply);
  const { deviceId } = context;
  const shown = portal.store.transaction((tx) => showAdvertTags(tx, { guestId, deviceId, tags }));
  if (shown.kind === "shown") return reply.redirect(`/adverts/${shown.advertEventId}`, 303);
  const looks = readLooks(reply);
  if (shown.kind === "not-agreed" || looks >= LOOKS_MAX) return sendEmpty(reply);
  const again = `${hrefOf(portal, "/adverts", context)}&looks=${looks + 1}`;
  return sendEmpty(reply.header("refresh", `${LOOKS_AGAIN_SECONDS};url=${again}`));
}

function readLooks({ request }: FastifyReply): number {
  const { looks } = (request.query ?? {}) as { looks?: unknown };
  const count = Number(looks ?? 0);
  return Number.isInteger(count) && count >= 0 ? count : LOOKS_MAX;
}

function sendTags(reply: FastifyReply, event: string, tags: AdvertTags): FastifyReply {
  const { metaPixelId: meta, googleTagId: google } = tags;
  const values = { event, name: ADVERT_EVENT, meta, google, script: TAGS_SCRIPT };
  return sendFrame(reply, framePolicyOf(tags), draw("frame", values));
}

/** Nothing, to whoever is shown no tag: an id that is made up learns no more than any other. */
const sendEmpty = (reply: FastifyReply): FastifyReply =>
  sendFrame(reply, EMPTY_FRAME_POLICY, "<!doctype html><title>-</title>");

const sendFrame = (reply: FastifyReply, policy: string, html: string): FastifyReply =>
  reply
    .header("content-security-policy", policy)
    .header("content-type", "text/html; charset=utf-8")
    .send(html);
