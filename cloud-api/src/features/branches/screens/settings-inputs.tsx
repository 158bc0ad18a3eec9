import { NumberInput, Select, TextInput } from "@mantine/core";
import { useFaultOf, useSettingsContext } from "./settings-context.ts";
import { readSetting, type SettingKey } from "./settings-values.ts";
import { useTexts } from "./texts.ts";

/** The label first, then the input, so that inputs beside each other stand in one line. */
const BELOW: ("label" | "input" | "description" | "error")[] = [
  "label",
  "input",
  "error",
  "description",
];

type NumberKey =
  | "codeSeconds"
  | "triesMax"
  | "resendAfterSeconds"
  | "resendsMax"
  | "askHolderAfterDays"
  | "messagesPerPhoneHour"
  | "messagesPerDeviceHour"
  | "messagesPerAddressHour"
  | "messagesPerPrefixHour"
  | "messagesPerBranchHour"
  | "messagesPerBranchDay"
  | "recogniseDays"
  | "recogniseRandomisedDays"
  | "visitGapMinutes";

type NumberSettingProps = {
  of: NumberKey;
  /** In the document's own unit. */
  min: number;
  max: number;
  unit?: "seconds" | "minutes" | "days" | "messages";
  /** How many of the document's unit are one of what is shown: 60 for seconds told in minutes. */
  scale?: number;
  /** Shown while the settings say nothing, which they may. */
  unsaid?: string;
};

/** A number with its unit. What cannot be is refused by the API, and said here. */
export function NumberSetting({ of, min, max, unit, scale = 1, unsaid }: NumberSettingProps) {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const faultOf = useFaultOf();
  const value = readSetting(document, of);
  const isNumber = typeof value === "number" && Number.isFinite(value);
  const change = (typed: number | string) => {
    if (typed !== "") return set(of, Number(typed) * scale);
    // An emptied number that has to be one is refused as what it is: none.
    set(of, unsaid === undefined ? null : undefined);
  };
  return (
    <NumberInput
      label={t(`set-${of}`)}
      description={t(`set-${of}-hint`)}
      inputWrapperOrder={BELOW}
      error={faultOf(of, { min: min / scale, max: max / scale })}
      placeholder={unsaid ?? ""}
      value={isNumber ? value / scale : ""}
      onChange={change}
      suffix={unit && isNumber ? ` ${t(`unit-${unit}`)}` : ""}
      min={min / scale}
      max={max / scale}
      clampBehavior="none"
      allowDecimal={scale > 1}
      decimalScale={2}
      thousandSeparator=" "
      data-setting={of}
    />
  );
}

type ChoiceKey = "greet" | "font" | "clickThrough";
type ChoiceSettingProps<Key extends ChoiceKey> = {
  of: Key;
  choices: readonly string[];
  labelOf: (choice: string) => string;
  unsaid?: string;
};

export function ChoiceSetting<Key extends ChoiceKey>(props: ChoiceSettingProps<Key>) {
  const { of, choices, labelOf, unsaid } = props;
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const faultOf = useFaultOf();
  return (
    <Select
      label={t(`set-${of}`)}
      description={t(`set-${of}-hint`)}
      inputWrapperOrder={BELOW}
      error={faultOf(of)}
      data={choices.map((value) => ({ value, label: labelOf(value) }))}
      value={(readSetting(document, of) as string | undefined) ?? unsaid ?? null}
      onChange={(value) => value && set(of, value)}
      allowDeselect={false}
      data-setting={of}
    />
  );
}

type TextSettingProps = {
  of: "name" | "brandName" | "landingUrl";
  maxLength: number;
  placeholder?: string;
  /** Empty is null: there is none. */
  mayBeNone?: boolean;
};

export function TextSetting({
  of,
  maxLength,
  placeholder = "",
  mayBeNone = false,
}: TextSettingProps) {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const faultOf = useFaultOf();
  const value = readSetting(document, of);
  return (
    <TextInput
      label={t(`set-${of}`)}
      description={t(`set-${of}-hint`)}
      inputWrapperOrder={BELOW}
      error={faultOf(of)}
      placeholder={placeholder}
      value={typeof value === "string" ? value : ""}
      onChange={({ currentTarget }) =>
        set(of, mayBeNone && currentTarget.value === "" ? null : currentTarget.value)
      }
      maxLength={maxLength}
      data-setting={of}
    />
  );
}

/** Of a setting that is no single input: what the API said against it. */
export function SettingFault({ of }: { of: SettingKey }) {
  const fault = useFaultOf()(of);
  if (fault === null) return null;
  return (
    <p role="alert" className="setting-fault" data-setting={of}>
      {fault}
    </p>
  );
}
