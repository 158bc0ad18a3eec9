import { Button, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useFormat } from "../../../shell/use-format.ts";
import { type FieldInput, PICTURE_BYTES_MAX } from "./block-kinds.ts";
import type { Tongue } from "./editor-context.ts";
import { FieldFrame } from "./field-frame.tsx";
import { countPictureBytes, moveItem, NO_LIGHTER, putPicture } from "./lists.ts";
import { PartActs } from "./part-acts.tsx";
import { type Made, PictureInput } from "./picture-input.tsx";
import { useTexts } from "./texts.ts";
import { useLateChange } from "./use-late-change.ts";
import { WordsField } from "./words-field.tsx";

const ALT = { as: "words", max: 200, isLong: false, fills: false, isNeeded: false } as const;

type Picture = {
  source: string;
  avif?: string | undefined;
  avifOf?: string | undefined;
  webp?: string | undefined;
  alt?: Partial<Record<Tongue, string>> | undefined;
};
type FieldProps<Value> = {
  label: string;
  id: string;
  value: Value;
  onChange: (value: Value) => void;
  readOnly: boolean;
};

/** The one picture of a block: what is made of a file is three of its fields, which change at once. */
export function SourceField({ label, value, readOnly }: FieldProps<string | undefined>) {
  const change = useLateChange();
  const put = (picture: Made) => change(() => ({ ...NO_LIGHTER, ...picture }));
  return (
    <FieldFrame label={label}>
      <PictureInput
        {...{ label, put, readOnly, source: value ?? "", bytesMax: PICTURE_BYTES_MAX }}
      />
    </FieldFrame>
  );
}

/** What is seen of a film before it plays, with its words; none is fine. */
export function StillField(props: FieldProps<Picture | null | undefined>) {
  const { label, id, value, onChange, readOnly } = props;
  const t = useTexts();
  const change = useLateChange();
  const put = (made: Made) => change(({ still }) => ({ still: sayAlt(made, altOf(still)) }));
  return (
    <Stack gap="sm">
      <FieldFrame label={label}>
        <PictureInput
          {...{ label, put, readOnly, bytesMax: PICTURE_BYTES_MAX }}
          source={value?.source ?? ""}
          takeAway={() => onChange(undefined)}
        />
      </FieldFrame>
      {value && (
        <WordsField
          {...{ input: ALT, label: t("field-alt"), id: `${id}-alt`, readOnly }}
          value={value.alt}
          onChange={(alt) => onChange(sayAlt(value, alt))}
        />
      )}
    </Stack>
  );
}

type PicturesFieldProps = FieldProps<Picture[] | undefined> & {
  input: Extract<FieldInput, { as: "pictures" }>;
};

/** Pictures that take turns, in their order. */
export function PicturesField(props: PicturesFieldProps) {
  const { input, label, id, value = [], onChange, readOnly } = props;
  const t = useTexts();
  const format = useFormat();
  const bytes = value.reduce((sum, { source }) => sum + countPictureBytes(source), 0);
  const bytesEach = Math.min(PICTURE_BYTES_MAX, Math.floor(input.bytesMax / input.max));
  const change = useLateChange();
  const put = (index: number, picture: Picture) => onChange(value.with(index, picture));
  const putLate = (index: number, source: string, made: Made) =>
    change(({ pictures }) => ({
      pictures: putPicture(pictures as Picture[], { index, source }, made),
    }));
  const fault =
    bytes > input.bytesMax ? t("set-too-heavy", { most: format.bytes(input.bytesMax) }) : null;
  return (
    <FieldFrame
      label={label}
      hint={t("pictures-hint", { min: input.min, max: input.max, bytes: format.bytes(bytes) })}
      fault={fault}
    >
      <Stack gap="sm">
        {value.map((picture, index) => {
          const name = t("picture-at", { number: index + 1 });
          return (
            <div key={name} className="page-part">
              <PictureInput
                {...{ label: name, source: picture.source, readOnly, bytesMax: bytesEach }}
                put={(made) => putLate(index, picture.source, made)}
              />
              <WordsField
                {...{ input: ALT, label: t("field-alt"), id: `${id}-alt-${index}`, readOnly }}
                value={picture.alt}
                onChange={(alt) => put(index, sayAlt(picture, alt))}
              />
              {!readOnly && (
                <PartActs
                  {...{ name, index, count: value.length }}
                  move={(to) => onChange(moveItem(value, index, to))}
                  remove={() => onChange(value.toSpliced(index, 1))}
                />
              )}
            </div>
          );
        })}
        {value.length < input.max && !readOnly && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange([...value, { source: "" }])}
          >
            {t("add-picture")}
          </Button>
        )}
      </Stack>
    </FieldFrame>
  );
}

const altOf = (picture: unknown) => (picture as Picture | null | undefined)?.alt;

/** A picture with words for it, or with none. */
function sayAlt({ alt: _old, ...picture }: Picture, alt: Picture["alt"]): Picture {
  return alt ? { ...picture, alt } : picture;
}
