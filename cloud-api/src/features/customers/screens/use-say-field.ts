import { formatPhone } from "../../../shell/format.ts";
import { useShellTexts } from "../../../shell/language.tsx";
import { GUEST_LANGUAGES } from "../../../shell/translate.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { useTexts } from "./texts.ts";
import { useLabel, useOwnFields } from "./use-own-fields.ts";

/** How a field's values are said, and not what they are kept as. */
export function useSayField(): (field: string) => (value: string) => string {
  const format = useFormat();
  const shell = useShellTexts();
  const t = useTexts();
  const sayLabel = useLabel();
  const { data: fields } = useOwnFields();
  return (field) => {
    const own = fields?.find(({ key }) => key === field);
    return (value) => {
      const language = GUEST_LANGUAGES.find((each) => each === value);
      if (field === "language" && language) return shell(`language-${language}`);
      if (field === "kind") return t(value === "company" ? "kind-company" : "kind-person");
      if (field === "phone" || own?.kind === "phone") return formatPhone(value);
      if (field === "birthday" || own?.kind === "date") return format.birthday(value);
      if (own && own.choices.length > 0) {
        const labels = new Map(own.choices.map((choice) => [choice.value, sayLabel(choice.label)]));
        return value
          .split("\n")
          .map((each) => labels.get(each) ?? each)
          .join(", ");
      }
      if (own?.kind === "yes-no" && (value === "yes" || value === "no")) return t(value);
      return value;
    };
  };
}
