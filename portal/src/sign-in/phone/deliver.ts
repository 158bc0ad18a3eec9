import {
  type BranchStore,
  findCode,
  findCodeRequest,
  noteCodeMessage,
  type PendingCode,
  requestCodeMessage,
} from "@foyer/branch-store";
import type { CodeChannel } from "@foyer/contract";
import { translatorOf } from "../../language.ts";
import type { Logger } from "../../log.ts";
import { channelsBy } from "./channels-by.ts";
import { awaitCloud, splitAtCloud, waitSecondsOf } from "./cloud-request.ts";
import { codeOf } from "./code.ts";
import { bindToOrigin, secureHostOf } from "./origin-bound.ts";
import type { CodeRequest, Requested } from "./request-code.ts";
import type { Messenger, Sent } from "./send.ts";

export type DeliveryOptions = {
  store: BranchStore;
  messenger: Messenger;
  clock: () => Date;
  log: Logger;
  /** What guests' browsers call the portal. */
  originOf: () => string;
};

/** Hands a code's message to the first channel that takes it; the cloud takes it and answers later. */
export async function deliver(
  options: DeliveryOptions,
  request: CodeRequest,
  waiting: PendingCode,
): Promise<Requested> {
  const { store, originOf } = options;
  const { before, cloud } = splitAtCloud(channelsOf(request));
  if (!cloud) return sendByBox(options, { request, waiting, channels: before });
  if (before.length > 0) {
    const sent = await tryChannels(options, { request, waiting, channels: before });
    // What may have gone out by the box is not sent by the cloud as well.
    if (sent.taken ?? sent.unanswered) return note(store, { request, waiting, sent });
  }
  const asked = {
    codeId: waiting.id,
    code: codeOf(waiting.secret),
    host: secureHostOf(originOf()),
    link: linkOf(request, waiting),
    address: request.source,
    way: request.way,
  };
  return store.transaction((tx) => {
    requestCodeMessage(tx, asked);
    return { kind: "moving", code: findCode(tx, waiting.id) ?? waiting };
  });
}

/**
 * Waits for what becomes of a code that the cloud was asked to send. Gives the branch's next channels,
 * by which to try what surely was not sent; none for what may have been, whoever waits for it.
 */
export async function followCloud(
  options: DeliveryOptions,
  { request, code, signal }: { request: CodeRequest; code: PendingCode; signal: AbortSignal },
): Promise<readonly CodeChannel[]> {
  const { store, clock } = options;
  const { cloud, after } = splitAtCloud(channelsOf(request));
  const asked = store.read((tx) => findCodeRequest(tx, code.id));
  if (!asked) return [];
  // Settings that have no cloud any more leave it the time that its way takes.
  const waitSeconds = waitSecondsOf(cloud ?? { kind: "cloud", steps: [] });
  const { messageId } = asked;
  const outcome = await awaitCloud({ store, clock, signal }, { messageId, waitSeconds });
  if (outcome !== "claimed" && outcome !== "failed") return [];
  // One without Zalo may have an SMS; a budget or a life that is over is so for every channel.
  const { failure } = store.read((tx) => findCodeRequest(tx, code.id)) ?? asked;
  return failure === "expired" || failure === "budget" ? [] : after;
}

const channelsOf = ({ settings, way }: CodeRequest) =>
  channelsBy(settings.signIn.phone.channels, way);

type Delivery = { request: CodeRequest; waiting: PendingCode; channels: readonly CodeChannel[] };

/** Tries the box's own channels, and notes what came of it. */
export async function sendByBox(options: DeliveryOptions, delivery: Delivery): Promise<Requested> {
  const sent = await tryChannels(options, delivery);
  return note(options.store, { ...delivery, sent });
}

async function tryChannels(
  { messenger, originOf }: DeliveryOptions,
  { request, waiting, channels }: Delivery,
): Promise<Sent> {
  const { settings, language } = request;
  const code = codeOf(waiting.secret);
  const text = translatorOf(language)("message.code", {
    code,
    branch: settings.branch.name,
    minutes: Math.round(settings.signIn.phone.codeSeconds / 60),
  });
  const { contact } = waiting;
  const link = linkOf(request, waiting);
  const linked =
    link === null ? text : `${text}\n${translatorOf(language)("message.link", { link })}`;
  const bound =
    contact.kind === "email"
      ? linked
      : bindToOrigin(text, { host: secureHostOf(originOf()), code });
  const message = { contact, text: bound, code, reference: waiting.id };
  return await messenger(channels, message, waiting.id);
}

/** What an e-mail leads back by. */
function linkOf(request: CodeRequest, { id, contact, secret }: PendingCode): string | null {
  if (contact.kind !== "email") return null;
  return request.linkTo?.({ codeId: id, code: codeOf(secret) }) ?? null;
}

function note(
  store: BranchStore,
  { request, waiting, sent }: { request: CodeRequest; waiting: PendingCode; sent: Sent },
): Requested {
  // What may have gone out counts against the limits, and its code may be typed.
  const channel = sent.taken ?? sent.unanswered ?? "none";
  const address = request.source;
  const noted = store.transaction((tx) =>
    noteCodeMessage(tx, { codeId: waiting.id, channel, address }),
  );
  return sent.taken === null
    ? { kind: "unsent", code: noted }
    : { kind: "code", code: noted, sent: true };
}
