import { ActionIcon, Button, Group, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { SurveyRulesBody } from "../schema.ts";
import { useTexts } from "./texts.ts";

type Parts = SurveyRulesBody["parts"];
type PartInputsProps = { parts: Parts; isReadOnly: boolean; change: (parts: Parts) => void };

const PARTS_MAX = 30;

/** The parts of the company that questions are about, with the usual ones to begin with. */
export function PartInputs({ parts, isReadOnly, change }: PartInputsProps) {
  const t = useTexts();
  const usual = [t("part-food"), t("part-service"), t("part-place"), t("part-delivery")];
  const missing = usual.filter((name) => !parts.some((each) => each.name === name));
  const add = (name: string) => change([...parts, { id: crypto.randomUUID(), name }]);
  return (
    <Stack gap="xs">
      {parts.map(({ id, name }, index) => (
        <Group key={id} gap="xs" wrap="nowrap">
          <TextInput
            aria-label={t("part-number", { number: index + 1 })}
            value={name}
            onChange={({ currentTarget: { value } }) =>
              change(parts.map((each) => (each.id === id ? { id, name: value } : each)))
            }
            maxLength={60}
            required
            readOnly={isReadOnly}
            flex={1}
            maw={360}
          />
          {!isReadOnly && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("part-remove", { name })}
              onClick={() => change(parts.filter((each) => each.id !== id))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {!isReadOnly && parts.length < PARTS_MAX && (
        <Group gap="xs">
          {missing.map((name) => (
            <Button
              key={name}
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => add(name)}
            >
              {name}
            </Button>
          ))}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => add("")}
          >
            {t("part-own")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
