import { Alert, Anchor, Text } from "@mantine/core";
import { Link } from "wouter";
import { useFormat } from "../../../shell/use-format.ts";
import type { Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Guests are turned away today: more codes were asked for than the branch may send in a day. */
export function BudgetAlarm({ branch }: { branch: Branch }) {
  const t = useTexts();
  const format = useFormat();
  const { id, timeZone, codesRefusedAt } = branch;
  if (codesRefusedAt === null) return null;
  const time = format.clock(codesRefusedAt, timeZone);
  return (
    <Alert
      color="orange"
      variant="light"
      mx="md"
      mb="sm"
      py="xs"
      title={t("codes-refused", { time })}
    >
      <Text size="xs">
        {t("codes-refused-hint")}{" "}
        <Anchor component={Link} href={`/code-channels?branchId=${id}`} size="xs">
          {t("codes-refused-see")}
        </Anchor>
      </Text>
    </Alert>
  );
}
