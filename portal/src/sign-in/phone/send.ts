import { type CodeChannel, type Contact, carriesEmail } from "@foyer/contract";
import type { Dispatcher } from "undici";
import type { Logger } from "../../log.ts";
import type { CodeMessage, OwnChannel, OwnChannelKind, SendCode } from "./channels/channel.ts";
import { sendByGateway } from "./channels/http-gateway.ts";
import type { Outbox } from "./channels/outbox.ts";

export type MessengerOptions = {
  outbox: Outbox;
  log: Logger;
  /** Where the console channel writes its line. */
  print: (line: string) => void;
  dispatcher?: Dispatcher;
};

export type Sent = {
  taken: OwnChannelKind | null;
  /** One that gave no answer: the message may have gone out by it. */
  unanswered: OwnChannelKind | null;
};

/** Tries the branch's channels in their order until one takes the message. Never throws. */
export type Messenger = (
  /** The cloud among them is passed over: it answers by the store, see request-code.ts. */
  channels: readonly CodeChannel[],
  message: CodeMessage,
  codeId: string,
) => Promise<Sent>;

export function openMessenger({ outbox, log, print, dispatcher }: MessengerOptions): Messenger {
  const sendByConsole: SendCode = async ({ contact, text }) => {
    print(`To ${contact.value}: ${text}`);
    return { kind: "taken" };
  };
  const senderOf = (channel: OwnChannel): SendCode => {
    switch (channel.kind) {
      case "outbox":
        return outbox.send;
      case "console":
        return sendByConsole;
      case "http-gateway":
        return sendByGateway(channel, dispatcher);
      default:
        return assertNever(channel);
    }
  };
  return async (channels, message, codeId) => {
    let unanswered: OwnChannelKind | null = null;
    for (const channel of channels) {
      if (channel.kind === "cloud" || !carries(channel, message.contact)) continue;
      const sending = await senderOf(channel)(message);
      if (sending.kind === "taken") return { taken: channel.kind, unanswered };
      if (sending.kind === "unanswered") unanswered = channel.kind;
      log.warn({ codeId, channel: channel.kind, reason: sending.reason }, "channel failed");
    }
    return { taken: null, unanswered };
  };
}

const carries = (channel: CodeChannel, { kind }: Contact): boolean =>
  kind === "phone" || carriesEmail(channel);

function assertNever(channel: never): never {
  throw new Error(`unknown channel ${JSON.stringify(channel)}`);
}
