import type { CodeChannel, Contact } from "@foyer/contract";

export type CodeMessage = {
  contact: Contact;
  /** What the guest reads, the code in it. */
  text: string;
  code: string;
  /** Names the message, for a provider that asks for a name. */
  reference: string;
};

export type Sending =
  | { kind: "taken" }
  /** No answer came in time: the message may have gone out all the same. */
  | { kind: "unanswered"; reason: string }
  /** The reason is for the log: it names no number and no address. */
  | { kind: "failed"; reason: string };

/** Hands one message to whoever brings it to the guest. Never throws. */
export type SendCode = (message: CodeMessage) => Promise<Sending>;

/** What the box sends by on its own. */
export type OwnChannel = Exclude<CodeChannel, { kind: "cloud" }>;
export type OwnChannelKind = OwnChannel["kind"];
