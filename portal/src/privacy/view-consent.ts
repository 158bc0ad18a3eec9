import type { ShownText } from "@foyer/blocks";
import { type Consent, findWordOn } from "@foyer/branch-store";
import { type ConsentPurpose, MESSAGE_CHANNELS, type MessageChannel } from "@foyer/contract";
import { timeIn } from "../clock-time.ts";
import { findTextFor, viewTick } from "../consent/view.ts";
import { hrefOf, type Step } from "../step.ts";

type Channel = MessageChannel | null;

/** What a guest said about a purpose, channel by channel where it is asked so, and what they can do. */
export function viewConsent(step: Step, purpose: ConsentPurpose, consents: readonly Consent[]) {
  const { t } = step;
  const said = consents.filter((each) => each.purpose === purpose);
  const text = findTextFor(step, purpose);
  if (said.length === 0 && (!text || purpose === "terms")) return [];
  const words = (channel: Channel) => findWordOn(said, { purpose, channel });
  const lines = listChannels(said, text).map((channel) => {
    const word = words(channel);
    return {
      channel,
      name: channel === null ? null : t(`channel.${channel}`),
      isGiven: word?.given ?? false,
      state: sayState(step, word),
    };
  });
  const given = lines.filter(({ isGiven }) => isGiven);
  return [
    {
      purpose,
      isTerms: purpose === "terms",
      lines,
      isGiven: given.length > 0,
      takesAllBack: given.length > 1,
      words: viewWords(step, said),
      tick: viewAsked(step, text, words),
    },
  ];
}

/** Those that are asked for, and those that something was said about; [null]: it is one question. */
function listChannels(said: readonly Consent[], text: ShownText | null): Channel[] {
  const named = new Set([
    ...(text?.channels ?? []),
    ...said.flatMap(({ channel }) => channel ?? []),
  ]);
  if (named.size === 0) return [null];
  // What was agreed to with one answer for all can be taken back one by one.
  const isForAll = said.some(({ channel, given }) => channel === null && given);
  return MESSAGE_CHANNELS.filter((each) => isForAll || named.has(each));
}

function sayState(step: Step, word: Consent | null): string {
  if (!word) return step.t("privacy.none");
  return step.t(word.given ? "privacy.given" : "privacy.withdrawn", {
    time: timeIn(step)(word.at),
  });
}

/** The words of each answer, once. */
function viewWords({ t, portal, context }: Step, said: readonly Consent[]) {
  const bySha = new Map(said.map((each) => [each.textSha256, each]));
  return [...bySha.values()].map(({ textSha256, textVersion }) => ({
    href: hrefOf(portal, `/privacy/words/${textSha256}`, context),
    label: t("privacy.words", { version: textVersion }),
  }));
}

/** What can still be agreed to. */
function viewAsked(
  step: Step,
  text: ShownText | null,
  wordOn: (channel: Channel) => Consent | null,
) {
  if (!text) return null;
  if (text.channels === null) return wordOn(null)?.given ? null : viewTick(step, text);
  const channels = text.channels.filter((each) => !wordOn(each)?.given);
  return channels.length === 0 ? null : viewTick(step, { ...text, channels });
}
