import { Loader } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { PreviewFrame } from "./preview-frame.tsx";

/** A phone as most are, in CSS pixels. */
const PHONE = { width: 390, height: 740 };
const BEZEL = 9;

type PhonePreviewProps = {
  /** The server's page; undefined: not there yet. */
  html: string | undefined;
  title: string;
  theme: "light" | "dark";
  isPending: boolean;
};

/** A guest's page on a phone, as large as there is room for it. */
export function PhonePreview({ html, title, theme, isPending }: PhonePreviewProps) {
  const { ref, width } = useElementSize();
  const scale = Math.min(1, (width - 2 * BEZEL) / PHONE.width);
  return (
    <div ref={ref} className="page-phone-place">
      {width > 0 && (
        <div className="page-phone" data-theme={theme} aria-busy={isPending}>
          <PreviewFrame html={html} title={title} {...PHONE} scale={scale} />
          {isPending && <Loader size="sm" className="page-phone-loader" />}
        </div>
      )}
    </div>
  );
}
