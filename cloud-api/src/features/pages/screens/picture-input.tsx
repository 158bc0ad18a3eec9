import { Button, FileButton, Group, Text, UnstyledButton } from "@mantine/core";
import { IconPhoto, IconReplace, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { ApiError, api, withQuery } from "../../../shell/api.ts";
import { useErrorSentence } from "../../../shell/failure.tsx";
import { useTexts } from "./texts.ts";

const ACCEPTED = "image/jpeg,image/png,image/webp";

/** As the page holds it: the same picture for browsers that read AVIF, for those of WebP and for the others. */
export type Made = { source: string; avif?: string; avifOf?: string; webp?: string };
type MadeReply = { source: string; webp: string; avif: string | null; avifOf: string | null };

type PictureInputProps = {
  label: string;
  /** A data: address; empty: none yet. */
  source: string;
  put: (picture: Made) => void;
  /** What it may weigh. */
  bytesMax: number;
  takeAway?: (() => void) | undefined;
  readOnly: boolean;
};

/** A picture chosen from a file, made small enough here before it goes anywhere. */
export function PictureInput({
  label,
  source,
  put,
  bytesMax,
  takeAway,
  readOnly,
}: PictureInputProps) {
  const t = useTexts();
  const make = useMutation({
    // Where it goes is said as it is chosen: by the time it is made, something else may stand here.
    mutationFn: ({ file }: { file: File; put: (picture: Made) => void }) => {
      const path = withQuery("/page-pictures", { bytesMax: String(bytesMax) });
      return api.upload<MadeReply>(path, file);
    },
    onSuccess: ({ source: made, webp, avif, avifOf }, chosen) =>
      chosen.put({ source: made, webp, ...(avif && avifOf && { avif, avifOf }) }),
  });
  const choose = (file: File | null) => file && make.mutate({ file, put });
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
                  loading={make.isPending}
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
      <PictureRefused error={make.error} />
    </>
  );
}

function PictureRefused({ error }: { error: unknown }) {
  const t = useTexts();
  const say = useErrorSentence();
  if (!error) return null;
  const isUnfit = error instanceof ApiError && error.code === "invalid";
  return (
    <Text size="xs" c="red" role="alert" mt={4}>
      {isUnfit ? t("picture-unfit") : say(error)}
    </Text>
  );
}
