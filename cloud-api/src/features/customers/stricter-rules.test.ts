import { MESSAGE_CHANNELS } from "@foyer/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findStricter, type LastWord } from "./stricter-rules.ts";

type Said = { purpose: string; channel: string | null; given: boolean };

const ABOUT = [
  ...MESSAGE_CHANNELS.map((channel) => ({ purpose: "marketing", channel })),
  ...[{ purpose: "ads", channel: null }],
];
const said = fc.array(
  fc.oneof(
    fc.record({
      purpose: fc.constant("marketing"),
      channel: fc.option(fc.constantFrom(...MESSAGE_CHANNELS)),
      given: fc.boolean(),
    }),
    fc.record({ purpose: fc.constant("ads"), channel: fc.constant(null), given: fc.boolean() }),
  ),
  { maxLength: 6 },
);

const speaksOf = (
  act: { purpose: string; channel: string | null },
  about: (typeof ABOUT)[number],
) => act.purpose === about.purpose && (act.channel === null || act.channel === about.channel);

/** The last word of one side on each thing, as the tables tell it. */
function lastWords(acts: readonly Said[], isKept: boolean): LastWord[] {
  return ABOUT.flatMap((about) => {
    const index = acts.findLastIndex((act) => speaksOf(act, about));
    const act = acts[index];
    if (!act) return [];
    const isForAll = act.channel === null && about.channel !== null;
    return [{ ...about, given: act.given, eventId: `${isKept} ${index}`, isKept, isForAll }];
  });
}

test("after a merge a channel is given where neither had taken it back last, whoever said it when", () => {
  fc.assert(
    fc.property(said, said, fc.array(fc.boolean()), (kept, gone, order) => {
      const words = [...lastWords(kept, true), ...lastWords(gone, false)];
      const written = findStricter(words);
      // However the acts of both fell in time, what the merge writes comes last.
      const [first, second] = order[0] ? [kept, gone] : [gone, kept];
      const all = [...first, ...second, ...written.map((act) => ({ ...act, given: false }))];
      for (const about of ABOUT) {
        const sides = words.filter(
          (each) => speaksOf(each, about) && each.channel === about.channel,
        );
        const last = all.findLast((act) => speaksOf(act, about));
        const isGiven = sides.length > 0 && sides.every(({ given }) => given);
        expect(last?.given ?? false).toBe(isGiven);
      }
    }),
    { numRuns: 2000 },
  );
});

test("a merge writes nothing about what nobody had taken back, nor about what nobody had given", () => {
  fc.assert(
    fc.property(said, said, (kept, gone) => {
      const words = [...lastWords(kept, true), ...lastWords(gone, false)];
      for (const act of findStricter(words)) {
        const about = words.filter((each) => speaksOf(act, each as (typeof ABOUT)[number]));
        expect(about.some(({ given }) => given)).toBe(true);
        expect(about.some(({ given, eventId }) => !given && eventId === act.eventId)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test("one answer that took back all channels stays one, unless a channel counts otherwise", () => {
  const all = (given: boolean, isKept: boolean): LastWord[] =>
    lastWords([{ purpose: "marketing", channel: null, given }], isKept);
  expect(findStricter([...all(false, true), ...all(true, false)])).toEqual([
    { purpose: "marketing", channel: null, eventId: "true 0" },
  ]);
  const sms: Said = { purpose: "marketing", channel: "sms", given: true };
  const smsAgain = lastWords([{ ...sms, channel: null, given: false }, sms], true);
  expect(findStricter([...smsAgain, ...all(true, false)])).toMatchObject([
    { channel: "zalo" },
    { channel: "email" },
  ]);
  const onlySms = lastWords([sms], false);
  expect(findStricter([...all(false, true), ...onlySms])).toEqual([
    { purpose: "marketing", channel: "sms", eventId: "true 0" },
  ]);
});
