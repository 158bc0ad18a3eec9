import { Alert, Button, Group, Text } from "@mantine/core";
import { useEffect } from "react";
import { ApiError } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import type { KitReply } from "../schema.ts";
import { type Draft, findFault } from "./draft.ts";
import { useTexts } from "./texts.ts";
import { useSaveKit } from "./use-kit.ts";

type SaveBarProps = {
  kit: KitReply;
  draft: Draft;
  isChanged: boolean;
  /** The kit's, that the draft was made from. */
  version: number;
  discard: () => void;
  saved: (kit: KitReply) => void;
  takeTheirs: () => void;
};

/** What is about to be seen by guests, and where; what became of the last save. */
export function SaveBar(props: SaveBarProps) {
  const { kit, draft, isChanged, version, discard, saved, takeTheirs } = props;
  const t = useTexts();
  const save = useSaveKit(kit.ownerId);
  useWarning(isChanged);
  const fault = findFault(draft);
  // One's own save is told by the kit a moment before it has come back.
  const isStale = kit.version !== version && !save.isPending;
  const wearing = kit.places.filter(
    ({ id, wearsLook }) => wearsLook || draft.putLookOn.includes(id),
  ).length;
  if (!isChanged)
    return (
      <Text size="sm" className="quiet" ta="center" aria-live="polite">
        {save.isSuccess ? t("saved", { version: kit.version }) : ""}
      </Text>
    );
  const { texts, ...rest } = draft;
  return (
    <div className="surface kit-save">
      {isStale && (
        <Alert color="yellow" variant="light" py="xs">
          <Group justify="space-between" gap="xs">
            {t("stale")}
            <Button size="compact-sm" variant="default" onClick={takeTheirs}>
              {t("take-theirs")}
            </Button>
          </Group>
        </Alert>
      )}
      <Refused error={save.error} />
      <Group justify="space-between" gap="sm">
        <Text size="sm" className={fault ? undefined : "quiet"} {...(fault && { c: "red" })}>
          {fault ? t(`fault-${fault}`) : t("will-show", { count: wearing })}
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={discard}>
            {t("discard")}
          </Button>
          <Button
            onClick={() =>
              save.mutate(
                {
                  version,
                  texts,
                  ...rest,
                  putLookOn: [...rest.putLookOn],
                  putTextsOn: [...rest.putTextsOn],
                },
                { onSuccess: saved },
              )
            }
            disabled={fault !== null || isStale}
            loading={save.isPending}
          >
            {t("save")}
          </Button>
        </Group>
      </Group>
    </div>
  );
}

/** A branch that cannot wear it is named by the server's own sentence, with what is wrong there. */
function Refused({ error }: { error: unknown }) {
  const t = useTexts();
  if (error instanceof ApiError && error.code === "invalid")
    return <Refusal error={error} sentence={`${t("not-worn")} ${error.message}`} />;
  return <Refusal error={error} />;
}

function useWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isOn]);
}
