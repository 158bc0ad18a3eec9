import type { Config, CustomField } from "@puckeditor/core";
import type { ReactElement } from "react";
import { BlockField } from "./block-field.tsx";
import { BLOCK_KINDS, type BlockKind, type FieldInput, KIND_NAMES } from "./block-kinds.ts";
import { UNKNOWN } from "./document.ts";
import { GreetField, LandingField, NameField } from "./page-fields.tsx";
import type { useTexts } from "./texts.ts";
import { WhenField } from "./when-field.tsx";

type Translate = ReturnType<typeof useTexts>;

/**
 * What Puck is told of a page: one component a kind of block, its fields drawn by inputs of ours.
 * Nothing is drawn by it of the page itself: what guests see is the server's HTML.
 */
export function buildConfig(t: Translate): Config {
  const nothing = () => <></>;
  const components = Object.fromEntries(
    KIND_NAMES.map((kind) => [
      kind,
      {
        label: t(`kind-${kind}`),
        fields: listFields(kind, t),
        defaultProps: structuredClone(BLOCK_KINDS[kind].first),
        render: nothing,
      },
    ]),
  );
  const unknown = { label: t("kind-unknown"), fields: {}, render: nothing };
  return {
    components: { ...components, [UNKNOWN]: unknown },
    root: {
      fields: {
        name: custom(NameField),
        when: custom(WhenField),
        greet: custom(GreetField),
        landingUrl: custom(LandingField),
      },
      render: nothing,
    },
  } as Config;
}

type Drawn = Parameters<CustomField<unknown>["render"]>[0];

/** Its own component, so that what it holds of typing is its own. */
function custom<Value>(
  Input: (props: {
    id: string;
    value: Value;
    onChange: (value: Value) => void;
    readOnly: boolean;
  }) => ReactElement,
): CustomField<Value> {
  return {
    type: "custom",
    render: ({ id, value, onChange, readOnly = false }) => (
      <Input id={id} value={value} onChange={onChange} readOnly={readOnly} />
    ),
  };
}

function listFields(kind: keyof typeof BLOCK_KINDS, t: Translate) {
  const fields: BlockKind["fields"] = BLOCK_KINDS[kind].fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, input]) => [name, drawField(t(labelOf(name)), input)]),
  );
}

const FIELD_NAMES = [
  ...(["heading", "text", "source", "alt", "pictures", "until", "after", "survey"] as const),
  ...(["code", "validUntil", "label", "url", "links", "title", "still"] as const),
];
type FieldName = (typeof FIELD_NAMES)[number];

function labelOf(name: string): `field-${FieldName}` {
  const known = FIELD_NAMES.find((each) => each === name);
  if (!known) throw new Error(`the field ${name} has no label`);
  return `field-${known}`;
}

function drawField(label: string, input: FieldInput): CustomField<unknown> {
  return {
    type: "custom",
    render: ({ id, value, onChange, readOnly = false }: Drawn) => (
      <BlockField {...{ input, label, id, value, onChange, readOnly }} />
    ),
  };
}
