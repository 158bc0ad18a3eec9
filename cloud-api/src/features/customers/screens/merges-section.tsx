import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { MergesReply } from "../schema.ts";
import { useMergeFault } from "./merge-dialog.tsx";
import type { Merge } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useUndoMerge } from "./use-merge.ts";

/** Which records this one was made of, and the way back; nothing where it never was. */
export function MergesSection({ customerId }: { customerId: string }) {
  const t = useTexts();
  const { data } = useQuery({
    queryKey: ["customer-merges", customerId],
    queryFn: ({ signal }) =>
      api.get<MergesReply>(withQuery("/customer-merges", { customerId }), signal),
    meta: { live: true },
  });
  const merges = (data?.merges ?? []).filter(({ state }) => state !== "refused");
  if (merges.length === 0) return null;
  return (
    <Section title={t("merges")} hint={t("merges-hint")}>
      <Stack gap={0}>
        {merges.map((merge) => (
          <MergeLine key={merge.id} merge={merge} />
        ))}
      </Stack>
    </Section>
  );
}

function MergeLine({ merge }: { merge: Merge }) {
  const t = useTexts();
  const timeZone = useZoneOf()(null);
  const mayChange = useMay("customers.merge");
  const undo = useUndoMerge();
  const sayFault = useMergeFault();
  const by = merge.byMachine
    ? t("merged-by-machine")
    : t("merged-by", { name: merge.staffName ?? t("somebody") });
  return (
    <div className="field-line">
      <Group justify="space-between" wrap="nowrap" py={8} gap="sm">
        <div>
          <Text size="sm">{by}</Text>
          <Text component="div" size="xs" className="quiet">
            <Moment at={merge.mergedAt ?? merge.askedAt} timeZone={timeZone} />
            {merge.partedAt && (
              <>
                {" · "}
                {t("parted")} <Moment at={merge.partedAt} timeZone={timeZone} />
              </>
            )}
          </Text>
        </div>
        {mayChange && merge.canBeUndone && (
          <Button
            variant="default"
            size="compact-sm"
            flex="none"
            loading={undo.isPending}
            onClick={() => undo.mutate(merge.id)}
          >
            {t("undo-merge")}
          </Button>
        )}
      </Group>
      <Refusal error={undo.error} {...sayFault(undo.error)} />
    </div>
  );
}
