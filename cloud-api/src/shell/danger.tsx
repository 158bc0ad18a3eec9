import { Button, Group, Stack, Text } from "@mantine/core";
import { Refusal } from "./failure.tsx";
import { useShellTexts } from "./language.tsx";

type DangerProps = {
  /** What is lost, in a sentence. */
  hint: string;
  /** On the button that does it. */
  label: string;
  act: { error: Error | null; isPending: boolean };
  run: () => void;
  close: () => void;
  /** In place of the API's own words for a refusal. */
  sentence?: string | undefined;
};

/** The inside of a dialog that asks before something is lost: what it is, and two ways out. */
export function Danger({ hint, label, act, run, close, sentence }: DangerProps) {
  const shell = useShellTexts();
  return (
    <Stack>
      <Text size="sm">{hint}</Text>
      <Refusal error={act.error} {...(sentence === undefined ? {} : { sentence })} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {shell("cancel")}
        </Button>
        <Button color="red" loading={act.isPending} onClick={run}>
          {label}
        </Button>
      </Group>
    </Stack>
  );
}
