import { ActionIcon, Button, Checkbox, Group, Stack } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { LocalInputs } from "./local-inputs.tsx";
import type { DraftQuestion } from "./question-card.tsx";
import { useTexts } from "./texts.ts";

type Choice = Extract<DraftQuestion, { kind: "choice" }>;
type OptionInputsProps = { question: Choice; change: (question: DraftQuestion) => void };

const OPTIONS_MAX = 20;
export const newOption = () => ({ id: crypto.randomUUID(), label: {} });

/** What can be chosen, and whether more than one. */
export function OptionInputs({ question, change }: OptionInputsProps) {
  const t = useTexts();
  const { options } = question;
  const set = (next: Choice["options"]) => change({ ...question, options: next });
  return (
    <Stack gap="xs">
      {options.map((option, index) => (
        <Group key={option.id} gap="xs" wrap="nowrap" align="flex-end">
          <div style={{ flex: 1 }}>
            <LocalInputs
              label={t("option-number", { number: index + 1 })}
              text={option.label}
              set={(label) =>
                set(options.map((each) => (each.id === option.id ? { ...each, label } : each)))
              }
            />
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={t("option-remove", { number: index + 1 })}
            disabled={options.length <= 2}
            onClick={() => set(options.filter(({ id }) => id !== option.id))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group gap="md">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={options.length >= OPTIONS_MAX}
          onClick={() => set([...options, newOption()])}
        >
          {t("option-add")}
        </Button>
        <Checkbox
          label={t("many")}
          checked={question.many}
          onChange={(event) => change({ ...question, many: event.currentTarget.checked })}
        />
      </Group>
    </Stack>
  );
}
