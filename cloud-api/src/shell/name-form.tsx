import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { isFieldAtFault, Refusal } from "./failure.tsx";
import { Form } from "./form.tsx";
import { useShellTexts } from "./language.tsx";

type NameFormProps = {
  label: string;
  placeholder: string;
  hint?: string;
  /** What it is called so far; empty for what is made. */
  first: string;
  maxLength: number;
  /** What is said where another has the name. */
  taken: string;
  error: unknown;
  isPending: boolean;
  action: string;
  send: (name: string) => void;
  close: () => void;
};

/** The inside of a dialog that gives something its name. Mounted with it, so that it begins anew. */
export function NameForm(props: NameFormProps) {
  const { label, placeholder, hint, first, maxLength, taken, error, isPending } = props;
  const shell = useShellTexts();
  const [name, setName] = useState(first);
  const isTaken = isFieldAtFault(error, "name");
  return (
    <Form onSubmit={() => props.send(name)}>
      <Stack>
        {hint && (
          <Text size="sm" className="quiet">
            {hint}
          </Text>
        )}
        <TextInput
          label={label}
          placeholder={placeholder}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isTaken && taken}
          maxLength={maxLength}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Refusal error={isTaken ? null : error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === ""}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
