import { Button, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { Form } from "../../../shell/form.tsx";
import { findMoment, readWall } from "../../../shell/zoned.ts";
import { useTexts } from "./texts.ts";

type CaseDueProps = {
  dueAt: string;
  /** The branch's; undefined: nobody knows yet, and this browser's stands for it. */
  timeZone: string | undefined;
  isPending: boolean;
  /** Null: whoever reads it may not move it. */
  move: ((dueAt: string) => void) | null;
};

/** By when a case is to be closed, on the branch's clock as everywhere else; moved as a whole. */
export function CaseDue({ dueAt, timeZone, isPending, move }: CaseDueProps) {
  const t = useTexts();
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const kept = readWall(new Date(dueAt), zone);
  const [typed, setTyped] = useState<string | null>(null);
  const wall = typed ?? kept;
  const isMoved = wall !== kept && wall !== "";
  const submit = () => {
    const [day = "", time = ""] = wall.split("T");
    move?.(findMoment(day, time.slice(0, 5), zone).toISOString());
  };
  return (
    <Form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          type="datetime-local"
          label={t("due")}
          description={t("due-hint")}
          value={wall}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          readOnly={!move}
          flex={1}
          miw={200}
        />
        {isMoved && (
          <Button type="submit" variant="default" loading={isPending}>
            {t("move-due")}
          </Button>
        )}
      </Group>
    </Form>
  );
}
