import { ShownOnce } from "../../../shell/shown-once.tsx";
import { useTexts } from "./texts.ts";

/** A secret, this once. */
export function ShownSecret({ secret, done }: { secret: string; done: () => void }) {
  const t = useTexts();
  return (
    <ShownOnce title={t("secret-once")} hint={t("secret-once-hint")} text={secret} done={done} />
  );
}
