import { Anchor, Button, Group, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { type ReadId, readGoogleTagId, readMetaPixelId } from "../rules.ts";
import { type Tags, useSaveTags } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Draft = { metaPixelId: string; googleTagId: string; on: readonly string[] };

const draftOf = ({ metaPixelId, googleTagId, brands }: Tags): Draft => ({
  ...{ metaPixelId: metaPixelId ?? "", googleTagId: googleTagId ?? "" },
  on: brands.flatMap(({ id, isOn }) => (isOn ? [id] : [])),
});

/** The ids, and the brands on whose pages they load. */
export function TagsForm({ tags, mayEdit }: { tags: Tags; mayEdit: boolean }) {
  const t = useTexts();
  const shell = useShellTexts();
  const [draft, setDraft] = useState<Draft>(() => draftOf(tags));
  const save = useSaveTags();
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const isFaulty = [readMetaPixelId(draft.metaPixelId), readGoogleTagId(draft.googleTagId)].some(
    ({ kind }) => kind === "fault",
  );
  const send = () => {
    const { on: brandIds, ...ids } = draft;
    save.mutate(
      { ...ids, brandIds: [...brandIds] },
      { onSuccess: (saved) => setDraft(draftOf(saved)) },
    );
  };
  return (
    <Form onSubmit={send}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <IdInput
            ofWhom="meta"
            typed={draft.metaPixelId}
            read={readMetaPixelId}
            change={(metaPixelId) => change({ metaPixelId })}
            {...{ mayEdit, isRefused: isFieldAtFault(save.error, "metaPixelId") }}
          />
          <IdInput
            ofWhom="google"
            typed={draft.googleTagId}
            read={readGoogleTagId}
            change={(googleTagId) => change({ googleTagId })}
            {...{ mayEdit, isRefused: isFieldAtFault(save.error, "googleTagId") }}
          />
        </SimpleGrid>
        <Stack gap="xs">
          <Text fw={600} size="sm">
            {t("brands")}
          </Text>
          {tags.brands.map((brand) => (
            <BrandSwitch
              key={brand.id}
              brand={brand}
              isOn={draft.on.includes(brand.id)}
              mayEdit={mayEdit}
              turn={(isOn) =>
                change({
                  on: isOn ? [...draft.on, brand.id] : draft.on.filter((id) => id !== brand.id),
                })
              }
            />
          ))}
        </Stack>
        <Refusal error={save.error} />
        {mayEdit && (
          <Group gap="md">
            <Button type="submit" loading={save.isPending} disabled={isFaulty}>
              {shell("save")}
            </Button>
            <Text size="sm" className="quiet" role="status">
              {save.isSuccess ? t("saved") : ""}
            </Text>
          </Group>
        )}
      </Stack>
    </Form>
  );
}

type IdInputProps = {
  ofWhom: "meta" | "google";
  typed: string;
  read: (typed: string) => ReadId;
  change: (typed: string) => void;
  mayEdit: boolean;
  isRefused: boolean;
};

function IdInput({ ofWhom, typed, read, change, mayEdit, isRefused }: IdInputProps) {
  const t = useTexts();
  const isFaulty = isRefused || read(typed).kind === "fault";
  return (
    <TextInput
      label={t(`${ofWhom}-id`)}
      description={t(`${ofWhom}-id-hint`)}
      placeholder={ofWhom === "meta" ? "1234567890123456" : "G-XXXXXXXXXX"}
      value={typed}
      readOnly={!mayEdit}
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      error={isFaulty && t(`${ofWhom}-id-fault`)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

type BrandSwitchProps = {
  brand: Tags["brands"][number];
  isOn: boolean;
  mayEdit: boolean;
  turn: (isOn: boolean) => void;
};

/** Where no branch asks for the consent nothing ever loads: that is said, with the way to the words. */
function BrandSwitch({ brand, isOn, mayEdit, turn }: BrandSwitchProps) {
  const t = useTexts();
  const { id, name, branches, asking } = brand;
  return (
    <div>
      <Switch
        label={name}
        description={t("asking", { count: branches, asking })}
        checked={isOn}
        disabled={!mayEdit}
        onChange={(event) => turn(event.currentTarget.checked)}
      />
      {isOn && asking < branches && (
        <Text size="xs" mt={4} className="any-length">
          {t(asking === 0 ? "nobody-asks" : "some-ask-not")}{" "}
          <Anchor
            component={Link}
            href={`/brand-kits/${id}`}
            size="xs"
            display="inline-block"
            mih={24}
          >
            {t("write-words")}
          </Anchor>
        </Text>
      )}
    </div>
  );
}
