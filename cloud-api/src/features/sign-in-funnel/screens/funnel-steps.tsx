import { useFormat } from "../../../shell/use-format.ts";
import type { FunnelStep } from "../rules.ts";
import { useTexts } from "./texts.ts";

/** Each step with those who came to it, and who left from it: around the code, or for good. */
export function FunnelSteps({ steps }: { steps: readonly FunnelStep[] }) {
  const t = useTexts();
  const format = useFormat();
  const first = Math.max(1, steps[0]?.reached ?? 1);
  return (
    <ol className="funnel">
      {steps.map(({ step, reached, lost, wentAround }) => (
        <li key={step} data-step={step}>
          <div className="funnel-name">{t(`step-${step}`)}</div>
          <div className="funnel-figure">
            {format.count(reached)}
            <span>{format.share(reached / first)}</span>
          </div>
          <div className="funnel-bar" aria-hidden>
            <i style={{ height: `${(100 * reached) / first}%` }} />
          </div>
          <div className="funnel-leaves">
            {step !== "online" && lost > 0 && (
              <div className="funnel-lost" title={t(`lost-hint-${step}`)}>
                <b>{`−${format.count(lost)}`}</b> {t(`lost-${step}`)}
              </div>
            )}
            {wentAround > 0 && (
              <div className="funnel-around">
                <b>{format.count(wentAround)}</b>{" "}
                {t(`around-${step === "asked" ? "asked" : "page"}`)}
              </div>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
