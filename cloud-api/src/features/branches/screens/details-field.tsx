import {
  ActionIcon,
  Box,
  Button,
  Group,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
} from "@mantine/core";
import { IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import {
  CHARACTERS_MAX,
  CHOICES_MAX,
  type FieldFault,
  type FieldForm,
  type Tongue,
  USUAL,
} from "./details-fields.ts";
import { useTexts } from "./texts.ts";
import { Words } from "./words-inputs.tsx";

type DetailsFieldProps = {
  field: FieldForm;
  languages: readonly Tongue[];
  fault: FieldFault | null;
  change: (field: FieldForm) => void;
  remove: () => void;
  /** Null: it is the first. */
  moveUp: (() => void) | null;
};

/** One thing guests are asked: its words in each language, and what its kind can be held to. */
export function DetailsField({
  field,
  languages,
  fault,
  change,
  remove,
  moveUp,
}: DetailsFieldProps) {
  const t = useTexts();
  const name = t(`field-${field.kind}`);
  const isUsual = USUAL.some((kind) => kind === field.kind);
  const inputs = { field, languages, change };
  return (
    <Box role="group" aria-label={name} className="field-line" pt="sm">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={650}>{name}</Text>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("ask-earlier", { name })}
            disabled={moveUp === null}
            onClick={() => moveUp?.()}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("ask-no-more", { name })}
            onClick={remove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <Stack gap="sm" mt={4}>
        {!isUsual && (
          <Words
            title={t("field-label")}
            languages={languages}
            text={field.label}
            set={(label) => change({ ...field, label })}
            max={100}
          />
        )}
        <KindInputs {...inputs} />
        <Words
          title={t("field-why")}
          languages={languages}
          text={field.why}
          set={(why) => change({ ...field, why })}
          max={300}
        />
        {fault && (
          <Text size="sm" c="red" role="alert">
            {t(fault)}
          </Text>
        )}
      </Stack>
    </Box>
  );
}

type KindInputsProps = Pick<DetailsFieldProps, "field" | "languages" | "change">;

function KindInputs({ field, languages, change }: KindInputsProps) {
  const t = useTexts();
  if (field.kind === "text")
    return (
      <NumberInput
        label={t("characters-max")}
        value={field.charactersMax}
        onChange={(charactersMax) => change({ ...field, charactersMax })}
        min={1}
        max={CHARACTERS_MAX}
        clampBehavior="strict"
        allowDecimal={false}
        w={{ base: "100%", xs: 240 }}
      />
    );
  if (field.kind === "number")
    return (
      <SimpleGrid cols={2} spacing="sm" maw={480}>
        {(["min", "max"] as const).map((bound) => (
          <NumberInput
            key={bound}
            label={t(`number-${bound}`)}
            placeholder="–"
            value={field[bound]}
            onChange={(value) => change({ ...field, [bound]: value })}
            hideControls
          />
        ))}
      </SimpleGrid>
    );
  if (field.kind === "choice") return <Choices {...{ field, languages, change }} />;
  return null;
}

function Choices({ field, languages, change }: KindInputsProps) {
  const t = useTexts();
  const { choices } = field;
  const set = (next: FieldForm["choices"]) => change({ ...field, choices: next });
  return (
    <Stack gap="xs">
      {choices.map((choice, index) => (
        <Group key={index} wrap="nowrap" align="flex-end" gap="xs">
          <Box flex={1}>
            <Words
              title={t("choice-number", { number: index + 1 })}
              languages={languages}
              text={choice.label}
              set={(label) => set(choices.with(index, { ...choice, label }))}
              max={100}
            />
          </Box>
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={t("remove-choice", { number: index + 1 })}
            disabled={choices.length <= 2}
            onClick={() => set(choices.toSpliced(index, 1))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      {choices.length < CHOICES_MAX && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          style={{ alignSelf: "flex-start" }}
          onClick={() => set([...choices, { value: null, label: {} }])}
        >
          {t("add-choice")}
        </Button>
      )}
    </Stack>
  );
}
