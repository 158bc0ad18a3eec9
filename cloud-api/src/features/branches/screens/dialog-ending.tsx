import { Button, Group } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useTexts } from "./texts.ts";

type EndingProps = {
  error: unknown;
  isSaving: boolean;
  label: string;
  close: () => void;
  /** There is nothing to save yet. */
  isOff?: boolean;
};

/** Why it was refused, and the two ways out. */
export function Ending({ error, isSaving, label, close, isOff = false }: EndingProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const isInvalid = error instanceof ApiError && error.code === "invalid";
  const sentence = isInvalid ? { sentence: t("settings-invalid", { reason: error.message }) } : {};
  return (
    <>
      <Refusal error={error} {...sentence} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button type="submit" loading={isSaving} disabled={isOff}>
          {label}
        </Button>
      </Group>
    </>
  );
}
