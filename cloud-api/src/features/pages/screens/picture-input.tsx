import { Button, FileButton, Group, Text, UnstyledButton } from "@mantine/core";
import { IconPhoto, IconReplace, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { PICTURE_CHARACTERS_MAX } from "./block-kinds.ts";
import { shrinkPicture } from "./shrink-picture.ts";
import { useTexts } from "./texts.ts";

const ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif";

type PictureInputProps = {
  label: string;
  /** A data: address; empty: none yet. */
  source: string;
  put: (source: string) => void;
  takeAway?: (() => void) | undefined;
  readOnly: boolean;
};

/** A picture chosen from a file, made small enough here before it goes anywhere. */
export function PictureInput({ label, source, put, takeAway, readOnly }: PictureInputProps) {
  const t = useTexts();
  const [state, setState] = useState<"idle" | "busy" | "unfit" | "unreadable">("idle");
  const choose = async (file: File | null) => {
    if (!file) return;
    setState("busy");
    const shrunk = await shrinkPicture(file, PICTURE_CHARACTERS_MAX);
    setState(shrunk.kind === "picture" ? "idle" : shrunk.kind);
    if (shrunk.kind === "picture") put(shrunk.address);
  };
  return (
    <>
      <FileButton accept={ACCEPTED} onChange={choose} disabled={readOnly}>
        {(button) =>
          source === "" ? (
            <UnstyledButton
              {...button}
              className="page-picture-empty"
              aria-label={`${label}: ${t("choose-picture")}`}
            >
              <IconPhoto size={22} stroke={1.5} aria-hidden />
              <Text size="sm">{t("choose-picture")}</Text>
              <Text size="xs" className="quiet">
                {t("picture-hint")}
              </Text>
            </UnstyledButton>
          ) : (
            <div className="page-picture">
              <img src={source} alt="" />
              <Group gap="xs" className="page-picture-acts">
                <Button
                  {...button}
                  size="compact-xs"
                  variant="default"
                  leftSection={<IconReplace size={13} aria-hidden />}
                  loading={state === "busy"}
                >
                  {t("replace-picture")}
                </Button>
                {takeAway && !readOnly && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={takeAway}
                    leftSection={<IconTrash size={13} aria-hidden />}
                  >
                    {t("take-away")}
                  </Button>
                )}
              </Group>
            </div>
          )
        }
      </FileButton>
      {(state === "unfit" || state === "unreadable") && (
        <Text size="xs" c="red" role="alert" mt={4}>
          {t(`picture-${state}`)}
        </Text>
      )}
    </>
  );
}
