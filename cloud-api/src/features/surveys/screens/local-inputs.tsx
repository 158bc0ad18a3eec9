export { LocalInputs, type Words } from "../../../shell/local-inputs.tsx";
