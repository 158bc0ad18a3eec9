import type { ReactElement } from "react";
import type { FieldInput } from "./block-kinds.ts";
import { PicturesField, SourceField, StillField } from "./picture-fields.tsx";
import { CodeField, LinksField, MomentField, SurveyField, UrlField } from "./plain-fields.tsx";
import { WordsField } from "./words-field.tsx";

type BlockFieldProps = {
  input: FieldInput;
  label: string;
  id: string;
  /** What the page holds there: the API refuses what does not fit. */
  value: unknown;
  onChange: (value: unknown) => void;
  readOnly: boolean;
};

/** The input of one field, by what is filled in. */
export function BlockField({ input, value, ...more }: BlockFieldProps): ReactElement {
  const text = typeof value === "string" ? value : undefined;
  switch (input.as) {
    case "words":
      return <WordsField {...more} input={input} value={asObject(value)} />;
    case "source":
      return <SourceField {...more} value={text} />;
    case "still":
      return <StillField {...more} value={asObject(value) as { source: string } | undefined} />;
    case "pictures":
      return <PicturesField {...more} input={input} value={asList(value)} />;
    case "moment":
      return <MomentField {...more} input={input} value={text} />;
    case "url":
      return <UrlField {...more} value={text} />;
    case "code":
      return <CodeField {...more} input={input} value={text} />;
    case "survey":
      return <SurveyField {...more} value={text ?? ""} />;
    case "links":
      return <LinksField {...more} input={input} value={asList(value)} />;
    default:
      return assertNever(input);
  }
}

function asObject(value: unknown): Record<string, string> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, string>)
    : undefined;
}

function asList<Item>(value: unknown): Item[] {
  return Array.isArray(value) ? (value as Item[]) : [];
}

function assertNever(input: never): never {
  throw new Error(`unknown input ${JSON.stringify(input)}`);
}
