import { Group } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { HeatMap, type HeatMapProps, HeatScale } from "./heat-map.tsx";
import { useShellTexts } from "./language.tsx";
import { Section } from "./page.tsx";
import { PictureButton, savePicture } from "./picture-button.tsx";

type HeatFigureProps = Omit<HeatMapProps, "caption"> & {
  title: string;
  /** What is counted, per what. */
  unit: string;
  /** When the numbers were counted, and whether something waits to be. */
  source?: ReactNode;
  /** What the least and the strongest of the cells are called; absent: they say it themselves. */
  scale?: { least: string; most: string };
  actions?: ReactNode;
  /** Its numbers are not there yet. */
  isBusy?: boolean;
  /** What stands there is of the question before. */
  isStale?: boolean;
  /** In place of a map of nothing. */
  empty?: ReactNode;
};

/** A heat map with its title, unit and source, which leaves as a picture as charts do. */
export function HeatFigure(props: HeatFigureProps) {
  const { title, unit, source, scale, actions, isBusy, isStale, empty, ...map } = props;
  const t = useShellTexts();
  const said = useRef<HTMLSpanElement>(null);
  const hasPicture = !isBusy && !isStale && !empty && map.rows.length > 0;
  const take = async () => {
    const { pictureHeat } = await import("./heat-picture.ts");
    const words = { title, unit, source: said.current?.textContent ?? "", total: t("chart-total") };
    savePicture(pictureHeat({ ...map, ...words }), title);
  };
  return (
    <Section
      title={title}
      hint={unit}
      actions={
        <Group gap="sm" className="chart-actions">
          {actions}
          {hasPicture && <PictureButton take={take} />}
        </Group>
      }
    >
      <div style={{ opacity: isStale ? 0.55 : 1 }} aria-busy={isBusy || undefined}>
        {empty || <HeatMap caption={title} {...map} />}
      </div>
      {(source || scale) && (
        <div className="heat-foot">
          <span ref={said}>{source}</span>
          {scale && <HeatScale {...scale} />}
        </div>
      )}
    </Section>
  );
}
