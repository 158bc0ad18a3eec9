import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { ApiError } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import { findSettingAt, type SettingKey } from "./settings-values.ts";
import { useTexts } from "./texts.ts";
import type { SettingsAtWork } from "./use-settings.ts";

const NAMED_MAX = 4;

type SaveBarProps = {
  settings: SettingsAtWork;
  save: () => void;
  /** Leads to where a setting is changed. */
  show: (key: SettingKey) => void;
};

/** What is changed and not saved, and the two ways out of that; what became of the last save. */
export function SaveBar({ settings, save, show }: SaveBarProps) {
  const t = useTexts();
  const { changed, clash } = settings;
  const isOpen = changed.length > 0 || clash !== null;
  useWarning(isOpen);
  const savedVersion = settings.save.data?.version;
  return (
    <div className={isOpen ? "save-bar surface" : "save-bar"}>
      <div aria-live="polite">
        {!isOpen && savedVersion !== undefined && (
          <Text size="sm" className="quiet" ta="center">
            {t("saved-as", { version: savedVersion })}
          </Text>
        )}
      </div>
      {isOpen && (
        <Stack gap="sm">
          {clash && <ClashNotice settings={settings} />}
          <SaveRefusal error={settings.save.error} show={show} />
          <Group justify="space-between" gap="sm">
            <WhatChanged keys={changed} />
            <Group gap="sm">
              <Button variant="default" onClick={settings.discard}>
                {t("discard")}
              </Button>
              <Button onClick={save} loading={settings.save.isPending} disabled={clash !== null}>
                {t("save-changes")}
              </Button>
            </Group>
          </Group>
        </Stack>
      )}
    </div>
  );
}

function WhatChanged({ keys }: { keys: readonly SettingKey[] }) {
  const t = useTexts();
  const nameAll = useNames();
  return (
    <div className="any-length" data-changed={keys.length}>
      <Text size="sm" fw={600}>
        {t("changes", { count: keys.length })}
      </Text>
      <Text size="xs" className="quiet">
        {nameAll(keys.slice(0, NAMED_MAX))}
        {keys.length > NAMED_MAX && ` ${t("and-more", { count: keys.length - NAMED_MAX })}`}
      </Text>
    </div>
  );
}

/** Settings by name, as the reader's language lists things. */
function useNames(): (keys: readonly SettingKey[]) => string {
  const t = useTexts();
  const { language } = useLanguage();
  const list = new Intl.ListFormat(LOCALE[language], { type: "unit", style: "short" });
  return (keys) => list.format(keys.map((key) => t(`set-${key}`)));
}

/** Two people changed the same: whoever came second decides, and sees what it is. */
function ClashNotice({ settings }: { settings: SettingsAtWork }) {
  const t = useTexts();
  const nameAll = useNames();
  const { clash, settle } = settings;
  if (!clash) return null;
  const version = clash.theirs.version;
  return (
    <Alert color="yellow" variant="light" role="alert" title={t("clash", { version })}>
      <Stack gap="sm">
        <Text size="sm">{t("clash-hint", { settings: nameAll(clash.keys) })}</Text>
        <Group gap="sm">
          <Button size="xs" variant="default" onClick={() => settle("mine")}>
            {t("keep-mine")}
          </Button>
          <Button size="xs" variant="default" onClick={() => settle("theirs")}>
            {t("take-theirs")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

type SaveRefusalProps = { error: unknown; show: (key: SettingKey) => void };

/** What lies in a setting is said there, and here that it is; anything else is said here. */
function SaveRefusal({ error, show }: SaveRefusalProps) {
  const t = useTexts();
  if (!(error instanceof ApiError)) return <Refusal error={error} />;
  if (error.code === "conflict") return <Refusal error={error} sentence={t("meanwhile")} />;
  if (error.code !== "invalid") return <Refusal error={error} />;
  const key = findSettingAt(error.field ?? "");
  if (!key)
    return <Refusal error={error} sentence={t("settings-invalid", { reason: error.message })} />;
  return (
    <Alert color="red" variant="light" role="alert" py="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t("refused-setting", { setting: t(`set-${key}`) })}</Text>
        <Button size="compact-xs" variant="default" onClick={() => show(key)}>
          {t("show-it")}
        </Button>
      </Group>
    </Alert>
  );
}

/** The browser asks before a page with unsaved changes is closed or loaded anew. */
function useWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isOn]);
}
