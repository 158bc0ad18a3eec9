import { Button, Stack, TextInput } from "@mantine/core";
import { IconMapPin } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { fitView, readPoint, writePoint } from "../../../shell/map-view.ts";
import { PlaceMap } from "../../../shell/place-map.tsx";
import type { FieldInputProps } from "./field-input.tsx";
import { useTexts } from "./texts.ts";

const METRES_AROUND = 4000;
/** Where the map begins while no branch has a place: all of Vietnam. */
const ANYWHERE = { centre: { latitude: 16, longitude: 106.5 }, metres: 4500 };

/** Where a customer lives: typed, pasted, or picked on a map that shows the branches. */
export function PlaceInput({ label, value, error, onChange }: FieldInputProps) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <Stack gap={6}>
      <TextInput
        label={label}
        description={t("place-hint")}
        value={value}
        error={error && t("place-wrong")}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="off"
      />
      {isOpen ? (
        <PickPlace value={value} onChange={onChange} />
      ) : (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconMapPin size={14} />}
          onClick={() => setOpen(true)}
          style={{ alignSelf: "flex-start" }}
        >
          {t("place-open-map")}
        </Button>
      )}
    </Stack>
  );
}

type BranchPlaces = { places: { name: string; place: string }[] };

function PickPlace({ value, onChange }: Pick<FieldInputProps, "value" | "onChange">) {
  const t = useTexts();
  const { data, isPending } = useQuery({
    queryKey: ["branch-places"],
    queryFn: ({ signal }) => api.get<BranchPlaces>("/branch-places", signal),
  });
  if (isPending) return null;
  const marks = (data?.places ?? []).flatMap(({ name, place }) => {
    const point = readPoint(place);
    return point ? [{ name, point }] : [];
  });
  const pin = readPoint(value);
  const around = pin ? [pin] : marks.map(({ point }) => point);
  return (
    <PlaceMap
      label={t("place-map")}
      view={fitView(around, METRES_AROUND) ?? ANYWHERE}
      marks={marks}
      pin={pin}
      onPick={(point) => onChange(writePoint(point))}
    />
  );
}
