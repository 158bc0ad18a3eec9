import { Button, FileButton, Group, Input, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useFaultOf, useSettingsContext } from "./settings-context.ts";
import { readSetting } from "./settings-values.ts";
import { useTexts } from "./texts.ts";

type PictureSettingProps = {
  of: "logo" | "background";
  /** Of the picture's data: address, which the branch's box holds by itself. */
  lengthMax: number;
  types: readonly string[];
  /** What stands for no picture in the document. */
  none: null | undefined;
};

/** A picture that is kept in the settings themselves: shown small, chosen from a file, taken away. */
export function PictureSetting({ of, lengthMax, types, none }: PictureSettingProps) {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const fault = useFaultOf()(of);
  const [ownFault, setOwnFault] = useState<string | null>(null);
  const picture = readSetting(document, of);
  const choose = async (file: File | null) => {
    if (!file) return;
    const address = await readAddress(file);
    const isFit = types.includes(file.type) && address.length <= lengthMax;
    const kilobytes = Math.floor((lengthMax * 3) / 4 / 1000);
    setOwnFault(isFit ? null : t("picture-unfit", { kilobytes }));
    if (isFit) set(of, address);
  };
  return (
    <Input.Wrapper
      label={t(`set-${of}`)}
      description={t(`set-${of}-hint`)}
      error={ownFault ?? fault}
    >
      <Group gap="sm" mt={6}>
        {typeof picture === "string" ? (
          <img src={picture} alt={t(`set-${of}`)} className="picture-setting" />
        ) : (
          <Text size="sm" className="quiet">
            {t("no-picture")}
          </Text>
        )}
        <FileButton accept={types.join(",")} onChange={choose}>
          {(button) => (
            <Button
              {...button}
              size="xs"
              variant="default"
              leftSection={<IconUpload size={14} />}
              aria-label={`${t("choose-picture")}: ${t(`set-${of}`)}`}
              data-setting={of}
            >
              {t("choose-picture")}
            </Button>
          )}
        </FileButton>
        {typeof picture === "string" && (
          <Button size="xs" variant="subtle" color="gray" onClick={() => set(of, none)}>
            {t("take-away")}
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  );
}

function readAddress(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
