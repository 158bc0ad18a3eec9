import { BoxPart, type BoxReport } from "@foyer/contract";

/** Prometheus's text exposition format; other versions of it are told apart by this. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type Measured = {
  report: BoxReport;
  now: Date;
  /** When the cloud last answered, by direction; null: not since the start. */
  lastAnswerAt: { push: Date | null; pull: Date | null };
};

/** Writes every figure as Prometheus reads it. Nothing of a guest is among them, and no secret. */
export function writeMetrics({ report, now, lastAnswerAt }: Measured): string {
  const { outbox, clock, freeBytes, faults } = report;
  const oldest = outbox.oldestAt === null ? 0 : now.getTime() - Date.parse(outbox.oldestAt);
  const answers = (["push", "pull"] as const).map(
    (direction) => [`{direction="${direction}"}`, seconds(lastAnswerAt[direction])] as const,
  );
  const parts = BoxPart.anyOf.map(({ const: part }) => {
    const isWrong = faults.some((fault) => fault.part === part && fault.until === null);
    return [`{part="${part}"}`, isWrong ? 1 : 0] as const;
  });
  return [
    writeAll("info", "Always 1, with the release that runs.", [
      [`{release="${report.release}"}`, 1],
    ]),
    write("outbox_events", "Events that wait to be sent.", outbox.events),
    write("outbox_bytes", "What they take up on the disk, about.", outbox.bytes),
    write("outbox_bytes_max", "What they may take up.", outbox.bytesMax),
    write(
      "outbox_oldest_age_seconds",
      "The age of the oldest of them.",
      Math.max(0, oldest) / 1000,
    ),
    write("outbox_full_in_days", "At the pace of the last days.", outbox.fullInDays),
    write("outbox_thinned_total", "Events given up on purpose.", outbox.thinned, "counter"),
    write("clock_offset_seconds", "What the machine's clock is ahead.", clock.machineOffsetSeconds),
    write("clock_uncertainty_seconds", "How far the time may be off.", clock.uncertaintySeconds),
    write("state_folder_free_bytes", "Free space on the disk of the state folder.", freeBytes),
    write("settings_version", "The branch settings in force.", report.settingsVersion),
    writeAll("last_answer_timestamp_seconds", "When the cloud last answered.", answers),
    writeAll("fault", "1 while something is wrong with this part.", parts),
  ].join("");
}

const seconds = (at: Date | null): number | null => at && at.getTime() / 1000;

const write = (name: string, help: string, value: number | null, type = "gauge"): string =>
  writeAll(name, help, [["", value]], type);

function writeAll(
  name: string,
  help: string,
  samples: readonly (readonly [labels: string, value: number | null])[],
  type = "gauge",
): string {
  const full = `foyer_sync_${name}`;
  const lines = samples.flatMap(([labels, value]) =>
    value === null ? [] : [`${full}${labels} ${value}\n`],
  );
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}
