import { Button, ColorInput, Group, MultiSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { type Brand, useBrandedBranches } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** `brand` null: a new one. */
export type BrandOpened = { brand: Brand | null } | null;

/** Makes or changes a brand, and takes branches over from others. */
export function BrandDialog({ opened, close }: { opened: BrandOpened; close: () => void }) {
  const t = useTexts();
  const brand = opened?.brand ?? null;
  return (
    <Dialog
      opened={opened !== null}
      onClose={close}
      title={brand ? t("change-brand-name", { name: brand.name }) : t("add-brand")}
    >
      {opened && <Editor key={brand?.id ?? "new"} brand={brand} close={close} />}
    </Dialog>
  );
}

type Asked = { name: string; accentColour: string; branchIds: readonly string[] };

async function saveBrand(brand: Brand | null, { branchIds, ...asked }: Asked): Promise<void> {
  const id = brand?.id ?? (await api.post<Brand>("/brands", asked)).id;
  if (brand) await api.put(`/brands/${id}`, asked);
  if (branchIds.length > 0) await api.put(`/brands/${id}/branches`, { branchIds });
}

function Editor({ brand, close }: { brand: Brand | null; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [name, setName] = useState(brand?.name ?? "");
  const [accentColour, setColour] = useState(brand?.accentColour ?? "#0b6e4f");
  const [branchIds, setBranchIds] = useState<readonly string[]>([]);
  const others = useBrandedBranches().filter(({ brandId }) => brandId !== brand?.id);
  const save = useMutation({
    mutationFn: (asked: Asked) => saveBrand(brand, asked),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tenant"] });
      await queries.invalidateQueries({ queryKey: ["branches"] });
      close();
    },
  });
  const isColour = /^#[0-9a-f]{6}$/i.test(accentColour);
  return (
    <Form
      onSubmit={() =>
        isColour &&
        save.mutate({ name: name.trim(), accentColour: accentColour.toLowerCase(), branchIds })
      }
    >
      <Stack>
        <TextInput
          label={t("name")}
          value={name}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ColorInput
          label={t("colour")}
          description={t("colour-hint")}
          value={accentColour}
          onChange={setColour}
          eyeDropperButtonProps={{ "aria-label": t("colour") }}
          {...(!isColour && { error: t("colour-refused") })}
        />
        <MultiSelect
          label={t("take-branches")}
          description={t("take-branches-hint")}
          data={others.map((branch) => ({ value: branch.id, label: branch.name }))}
          value={[...branchIds]}
          onChange={setBranchIds}
          searchable
          hidePickedOptions
        />
        <Refusal error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" disabled={name.trim() === ""} loading={save.isPending}>
            {shell("save")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
