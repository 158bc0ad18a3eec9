import { Moment } from "../../../shell/moment.tsx";

/** What the place of a moment in a sentence is filled with, for `Until`. */
export const HERE = "\n";

/** A sentence with a moment in it. */
export function Until({ text, at }: { text: string; at: string }) {
  const [before, after] = text.split(HERE);
  return (
    <>
      {before}
      <Moment at={at} />
      {after}
    </>
  );
}
