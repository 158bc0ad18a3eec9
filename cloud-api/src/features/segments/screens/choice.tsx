import { MultiSelect, NumberInput, Select } from "@mantine/core";

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  choose: (value: Value) => void;
  width?: number;
};

/** One word of the sentence that can be another. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, choose, width = 150 } = props;
  return (
    <Select
      aria-label={label}
      size="sm"
      data={[...options]}
      value={value}
      onChange={(chosen) => {
        const found = options.find((each) => each.value === chosen);
        if (found) choose(found.value);
      }}
      allowDeselect={false}
      searchable={options.length > 10}
      selectFirstOptionOnChange
      w={width}
      maw="100%"
    />
  );
}

type SeveralProps = {
  label: string;
  placeholder: string;
  values: readonly string[];
  options: readonly { value: string; label: string }[];
  choose: (values: string[]) => void;
};

/** Several words of the sentence. */
export function Several({ label, placeholder, values, options, choose }: SeveralProps) {
  return (
    <MultiSelect
      aria-label={label}
      size="sm"
      placeholder={values.length === 0 ? placeholder : ""}
      data={[...options]}
      value={[...values]}
      onChange={choose}
      hidePickedOptions
      searchable
      selectFirstOptionOnChange
      flex="0 1 auto"
      miw={190}
      maw={{ base: "100%", xs: 420 }}
    />
  );
}

type AmountProps = {
  label: string;
  value: number;
  min: number;
  max: number;
  choose: (value: number) => void;
};

/** A whole number inside the sentence; what is typed meanwhile stays until it is one. */
export function Amount({ label, value, min, max, choose }: AmountProps) {
  return (
    <NumberInput
      aria-label={label}
      size="sm"
      value={value}
      onChange={(typed) => typeof typed === "number" && typed >= min && choose(typed)}
      min={min}
      max={max}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      w={84}
    />
  );
}
