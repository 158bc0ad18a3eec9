import { Button, Checkbox, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ApiError } from "../../../shell/api.ts";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { CHOSEN_TYPES, type ChosenType } from "../rules.ts";
import type { Settings } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useTypeName } from "./words.tsx";

type EndpointFormProps = {
  initial: Settings;
  label: string;
  isPending: boolean;
  error: unknown;
  save: (settings: Settings) => void;
  /** Beside the button. */
  aside?: ReactNode;
};

const GROUPS = ["customer", "visit", "segment", "survey", "consent"] as const;

/** Where an endpoint is, what it is for, and what it is told of. */
export function EndpointForm(props: EndpointFormProps) {
  const { initial, label, isPending, error, save, aside } = props;
  const t = useTexts();
  const [url, setUrl] = useState(initial.url);
  const [description, setDescription] = useState(initial.description);
  const [types, setTypes] = useState<readonly ChosenType[]>(initial.types);
  const [isAsked, setAsked] = useState(false);
  const isUrlWrong = isFieldAtFault(error, "url");
  const address = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The field stands above what was pressed, out of sight on a phone.
    if (isFieldAtFault(error, "url")) address.current?.focus();
  }, [error]);
  const isTooMany = error instanceof ApiError && error.code === "conflict";
  const submit = () => {
    setAsked(true);
    if (types.length > 0)
      save({ url: url.trim(), description: description.trim(), types: [...types] });
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          ref={address}
          label={t("url")}
          description={t("url-hint")}
          placeholder="https://"
          type="url"
          inputMode="url"
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={500}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={isUrlWrong && t("url-wrong")}
          data-autofocus
        />
        <TextInput
          label={t("description")}
          placeholder={t("description-example")}
          maxLength={100}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <TypeChecks types={types} change={setTypes} />
        {isAsked && types.length === 0 && (
          <Text size="sm" c="red" role="alert">
            {t("types-missing")}
          </Text>
        )}
        {!isUrlWrong && <Refusal error={error} {...(isTooMany && { sentence: t("too-many") })} />}
        <Group justify="flex-end" gap="sm">
          {aside}
          <Button type="submit" loading={isPending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

type TypeChecksProps = {
  types: readonly ChosenType[];
  change: (types: readonly ChosenType[]) => void;
};

function TypeChecks({ types, change }: TypeChecksProps) {
  const t = useTexts();
  const nameOf = useTypeName();
  const toggle = (type: ChosenType) =>
    change(types.includes(type) ? types.filter((each) => each !== type) : [...types, type]);
  const isAll = types.length === CHOSEN_TYPES.length;
  return (
    <Stack gap="sm" role="group" aria-label={t("told-of")}>
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {t("told-of")}
        </Text>
        <Checkbox
          label={t("every-type")}
          checked={isAll}
          indeterminate={!isAll && types.length > 0}
          onChange={() => change(isAll ? [] : CHOSEN_TYPES)}
        />
      </Group>
      {GROUPS.map((group) => (
        <Stack key={group} gap={6}>
          <Text size="xs" className="quiet">
            {t(`group-${group}`)}
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing={6}>
            {CHOSEN_TYPES.filter((type) => type.startsWith(`${group}.`)).map((type) => (
              <Checkbox
                key={type}
                label={nameOf(type)}
                description={type}
                checked={types.includes(type)}
                onChange={() => toggle(type)}
              />
            ))}
          </SimpleGrid>
        </Stack>
      ))}
    </Stack>
  );
}
